import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listCheckpoints } from '../../../runtime/checkpoint/checkpoint-folder.ts';
import { requireFreeMemory } from '../../../runtime/train/memory-runs-out.ts';
import { PhasePrograms } from '../../../runtime/train/phase-programs.ts';
import type { RunEngine } from '../../../runtime/train/run-engine.ts';
import { runPhases } from '../../../runtime/train/run-phases.ts';
import { fakeRun } from '../../support/fake-run.ts';
import { FakeProgram, handPlan } from '../../support/training-fakes.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'smol-memory-'));
const plenty = { free: 10e9, resident: 1e9 };

test('a program that needs more than is free is refused with both numbers; what the process holds counts as free', () => {
  expect(() => requireFreeMemory(4e9, () => ({ free: 3.5e9, resident: 0.5e9 }))).not.toThrow();
  expect(() => requireFreeMemory(4e9, () => null)).not.toThrow();
  expect(() => requireFreeMemory(4.1e9, () => ({ free: 3.5e9, resident: 0.5e9 }))).toThrow(
    expect.objectContaining({
      message: 'training needs about 4.1 GB of memory, and 4.0 GB are free',
      help: expect.stringContaining('end other programs'),
      exitCode: 3,
    }),
  );
});

test('so does the program of a phase, before anything is trained', async () => {
  const program = Object.assign(new FakeProgram(), { memoryEstimate: 5e9 });
  const engine = { createProgram: async () => program } as unknown as RunEngine;
  const of = (free: number) => {
    const options = { plan: handPlan(), observe: () => {}, readMemory: () => ({ free, resident: 0 }) };
    return new PhasePrograms(options, engine, 64e9).of(runPhases(handPlan())[0]!);
  };
  await expect(of(6e9)).resolves.toBe(program);
  await expect(of(4e9)).rejects.toThrow('training needs about 5.0 GB of memory, and 4.0 GB are free');
});

test('a run whose memory runs out ends by itself, keeps its checkpoint, and goes on from it as if nothing had been', async () => {
  const folder = newFolder();
  let readings = 0;
  // Two readings for each step that has a checkpoint: the 27th is that of step 25.
  const readMemory = () => (++readings === 27 ? { free: 1e8, resident: 9e9 } : plenty);
  await expect(fakeRun(folder, { readMemory })).rejects.toThrow(
    expect.objectContaining({
      name: 'MemoryRunsOut',
      message: 'memory runs out after step 25: 0.1 GB are free; this process holds 9.0 GB',
      help: expect.stringContaining('the checkpoint of step 20 is kept'),
      exitCode: 3,
    }),
  );
  expect(listCheckpoints(join(folder, 'checkpoints'))).toEqual([20, 10]);
  const [whole, resumed] = [newFolder(), await fakeRun(folder, { readMemory: () => plenty })];
  const expected = await fakeRun(whole);
  expect(resumed).toMatchObject({ ended: 'finished', startStep: 20, stateHash: expected.stateHash });
  expect(readFileSync(join(folder, 'metrics.jsonl'), 'utf8')).toBe(readFileSync(join(whole, 'metrics.jsonl'), 'utf8'));
});

test('a checkpoint that would not fit in memory is not begun', async () => {
  const folder = newFolder();
  const plan = handPlan();
  const large = { ...plan, model: { ...plan.model, vocab: 2 ** 20 } };
  // 12 bytes of each of 8.4 million parameters: 0.1 GB.
  const run = fakeRun(folder, { plan: large, readMemory: () => ({ free: 3e8, resident: 1e9 }) });
  await expect(run).rejects.toThrow(
    'memory runs out before the checkpoint of step 10: 0.3 GB are free, and the checkpoint of step 10 takes 0.1 GB',
  );
  await expect(run).rejects.toThrow(
    expect.objectContaining({ help: expect.stringContaining('no checkpoint was written') }),
  );
  expect(listCheckpoints(join(folder, 'checkpoints'))).toEqual([]);
});
