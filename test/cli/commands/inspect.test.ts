import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/inspect.ts';
import { define as defineRun } from '../../../cli/commands/run.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { tinyRecipeFolder } from '../../support/tiny-recipe.ts';

const env = { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) };
const folder = tinyRecipeFolder();

async function inspect(...words: string[]) {
  const context = recordedContext({ cwd: folder, env });
  const exitCode = await runCommand(define, words, context);
  return { exitCode, stdout: context.stdout(), stderr: context.stderr() };
}

describe('smol inspect', () => {
  beforeAll(async () => {
    const context = recordedContext({ cwd: folder, env });
    expect(await runCommand(defineRun, ['sparrow.smol', '--engine', 'wasm', '--steps', '2'], context)).toBe(0);
  });

  test('shows a step of a recipe, its datasets and draws', async () => {
    const { stdout } = await inspect('sparrow.smol', '--step', '45');
    expect(stdout).toContain('sparrow   step 45 of 60   plan ');
    expect(stdout).toContain('stage late (960..1,920, steps 31 to 60)');
    expect(stdout).toContain('2 sequences × 16 = 32 tokens');
    expect(stdout).toContain('epochs and windows are known to a run');
    const tiny = await inspect('sparrow.smol', '--step', '20', '--profile', 'tiny');
    expect(tiny.stdout).toContain('sparrow (profile tiny)   step 20 of 20');
  });

  test('of a run also epochs and windows, and the text of a slot with its document', async () => {
    const all = JSON.parse((await inspect('runs/sparrow', '--step', '45', '--format', 'json')).stdout);
    expect(all.slots).toHaveLength(2);
    for (const slot of [0, 1]) {
      const found = JSON.parse(
        (await inspect('runs/sparrow', '--step', '45', '--slot', String(slot), '--format', 'json')).stdout,
      );
      expect(found.slots).toEqual([all.slots[slot]]);
      expect(found.text.reduce((sum: number, part: { tokens: number }) => sum + part.tokens, 0)).toBe(16);
      for (const { file, line, text } of found.text) {
        const row = JSON.parse(readFileSync(join(folder, file), 'utf8').split('\n')[line - 1]!);
        expect(`${row.text}<|endoftext|>`).toContain(text);
        const page = await inspect('runs/sparrow', '--step', '45', '--slot', String(slot));
        expect(page.stdout).toContain(`\n${file}:${line} (`);
      }
    }
  });

  test('of a run says which steps it leaves out', async () => {
    const context = recordedContext({ cwd: folder, env });
    const words = ['sparrow.smol', '--engine', 'wasm', '--steps', '4', '--resume', '--skip-batch', '3'];
    expect(await runCommand(defineRun, words, context)).toBe(0);
    expect(context.stderr()).toContain('step 3 skipped, as `--skip-batch` asked\n');
    expect(context.stdout()).toMatch(
      /note: step 3 skipped, as `--skip-batch` asked: 32 tokens \(.*\) not trained on\n/,
    );
    expect((await inspect('runs/sparrow', '--step', '3')).stderr).toBe(
      'note: the run does not train this step: step 3 skipped, as `--skip-batch` asked\n',
    );
    expect((await inspect('runs/sparrow', '--step', '4')).stderr).toBe('');
    const found = JSON.parse((await inspect('runs/sparrow', '--step', '3', '--format', 'json')).stdout);
    expect(found.skip).toMatchObject({ kind: 'asked', first: 3, last: 3 });
  });

  test('says what there is where a step or a slot is not', async () => {
    await expect(inspect('sparrow.smol', '--step', '61')).rejects.toMatchObject({
      message: 'there is no step 61',
      exitCode: 2,
    });
    await expect(inspect('sparrow.smol', '--step', '45', '--slot', '2')).rejects.toThrow('the batch has no slot 2');
    await expect(inspect('sparrow.smol', '--step', 'x')).rejects.toMatchObject({ exitCode: 2 });
  });

  test('says so when the tokens are in the cache no more', async () => {
    rmSync(join(env.SMOL_CACHE, 'tokens'), { recursive: true });
    const { exitCode, stderr, stdout } = await inspect('runs/sparrow', '--step', '45', '--slot', '0');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('in the cache no more');
    expect(stdout).toContain('window');
  });
});
