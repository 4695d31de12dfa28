import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newestCheckpoint } from '../../../runtime/checkpoint/newest-checkpoint.ts';
import { CheckpointInvalid, readCheckpoint } from '../../../runtime/checkpoint/read-checkpoint.ts';
import { type Checkpoint, removeLeftovers, writeCheckpoint } from '../../../runtime/checkpoint/write-checkpoint.ts';
import { crashAt } from '../../support/crash-at.ts';

const plan = 'a'.repeat(64);
const arrays = (first: number, names: string[]) =>
  names.map((name, index) => ({ name, shape: [300], values: new Float32Array(300).fill(first + index) }));
const checkpoint = (step: number): Checkpoint => ({
  step,
  plan,
  parameters: arrays(step, ['embedding', 'layers.0.attention.query', 'final_norm']),
  slots: arrays(step + 0.5, ['first_moment/embedding', 'second_moment/embedding']),
});
const layout = checkpoint(0);

/** A folder with the checkpoint of step 10. */
async function folderWithOne(): Promise<string> {
  const folder = join(mkdtempSync(join(tmpdir(), 'smol-checkpoint-')), 'checkpoints');
  await writeCheckpoint(folder, checkpoint(10));
  return folder;
}

describe('writeCheckpoint', () => {
  test('what is read is what was written', async () => {
    const folder = await folderWithOne();
    expect(await readCheckpoint(folder, 10, plan, layout)).toEqual(checkpoint(10));
    expect(readdirSync(join(folder, 'step-00000010')).sort()).toEqual([
      'manifest.json',
      'optimizer.safetensors',
      'parameters.safetensors',
    ]);
  });

  test('dying at any file operation leaves the old checkpoint or both, whole', async () => {
    const template = await folderWithOne();
    const seen = new Set<number>();
    let point = 0;
    for (let died = true; died; ) {
      point++;
      const folder = join(mkdtempSync(join(tmpdir(), 'smol-crash-')), 'checkpoints');
      cpSync(template, folder, { recursive: true });
      died = await crashAt(point, () => writeCheckpoint(folder, checkpoint(20)));
      await removeLeftovers(folder);
      const { checkpoint: found, skipped } = await newestCheckpoint(folder, plan, layout);
      expect(skipped).toEqual([]);
      expect(found).toEqual(checkpoint(found!.step));
      seen.add(found!.step);
      expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
      await writeCheckpoint(folder, checkpoint(20));
      expect(await readCheckpoint(folder, 20, plan, layout)).toEqual(checkpoint(20));
    }
    expect(point).toBeGreaterThan(15);
    expect([...seen]).toEqual([10, 20]);
  });

  test('takes the place of a damaged one of the same step', async () => {
    const folder = await folderWithOne();
    await writeCheckpoint(folder, { ...checkpoint(10), parameters: checkpoint(99).parameters });
    expect((await readCheckpoint(folder, 10, plan, layout)).parameters).toEqual(checkpoint(99).parameters);
    expect(readdirSync(folder)).toEqual(['step-00000010']);
  });
});

describe('readCheckpoint', () => {
  test('refuses another plan, another layout and a missing folder, and says which file', async () => {
    const folder = await folderWithOne();
    const refused = (step: number, ofPlan: string, of = layout) =>
      expect(readCheckpoint(folder, step, ofPlan, of)).rejects;
    await refused(10, 'b'.repeat(64)).toThrow('manifest.json is of plan aaaaaaaa, not bbbbbbbb');
    await refused(11, plan).toThrow(new CheckpointInvalid('manifest.json is missing'));
    await refused(10, plan, { ...layout, slots: layout.parameters }).toThrow('optimizer.safetensors has');
    cpSync(join(folder, 'step-00000010'), join(folder, 'step-00000012'), { recursive: true });
    await refused(12, plan).toThrow('manifest.json is of step 10');
  });

  test('the manifest lists sizes and hashes, and nothing of time or place', async () => {
    const folder = await folderWithOne();
    const manifest = JSON.parse(readFileSync(join(folder, 'step-00000010', 'manifest.json'), 'utf8'));
    expect(Object.keys(manifest)).toEqual(['format', 'step', 'plan', 'files']);
    expect(manifest.files).toEqual([
      { name: 'parameters.safetensors', bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { name: 'optimizer.safetensors', bytes: expect.any(Number), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });
});
