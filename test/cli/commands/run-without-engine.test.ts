import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/run.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { tinyRecipeFolder } from '../../support/tiny-recipe.ts';

// An empty cache has no engine. Set before anything asks: the engine is looked for once a process.
process.env.SMOL_CACHE = mkdtempSync(join(tmpdir(), 'smol-no-engine-'));
const env = { SMOL_CACHE: process.env.SMOL_CACHE };

async function run(cwd: string, words: readonly string[]) {
  const context = recordedContext({ cwd, env });
  const exitCode = await runCommand(define, words, context);
  return { exitCode, stdout: context.stdout(), stderr: context.stderr() };
}

describe('without a compiled engine', () => {
  test('the `tiny` profile runs on WebAssembly, and the person is told', async () => {
    const { exitCode, stdout, stderr } = await run(tinyRecipeFolder(), ['sparrow.smol']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      'so profile `tiny` runs on the WebAssembly engine; for the real one: run `smol engine install`',
    );
    expect(stderr).toContain('sparrow (profile tiny)');
    expect(stdout).toContain('(20 of 20 steps, ');
    expect(stdout).toContain('smol plan sparrow.smol --profile tiny');
  });

  test('another profile, a recipe without `tiny`, or `--engine compiled` ends with 3', async () => {
    const missing = { exitCode: 3, help: expect.stringContaining('smol engine install') };
    const folder = tinyRecipeFolder((recipe) => `${recipe}\nprofile other {\n  seed = 8\n}\n`);
    await expect(run(folder, ['sparrow.smol', '--engine', 'compiled'])).rejects.toMatchObject(missing);
    await expect(run(folder, ['sparrow.smol', '--profile', 'other'])).rejects.toMatchObject(missing);
    const plain = tinyRecipeFolder((recipe) => recipe.slice(0, recipe.indexOf('profile tiny')));
    await expect(run(plain, ['sparrow.smol'])).rejects.toMatchObject(missing);
  });
});
