import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/run.ts';
import type { CommandContext } from '../../../cli/context.ts';
import { createFileHost } from '../../../cli/file-host.ts';
import { compileRecipe, printPlan } from '../../../compiler/index.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { tinyRecipeFolder } from '../../support/tiny-recipe.ts';

const env = { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) };

/** Runs `smol run` in a folder on the WebAssembly engine, which needs no installation. */
async function run(cwd: string, words: readonly string[], changes: Partial<CommandContext> = {}) {
  const context = recordedContext({ cwd, env, ...changes });
  const exitCode = await runCommand(define, ['--engine', 'wasm', ...words], context);
  return { exitCode, stdout: context.stdout(), stderr: context.stderr() };
}

describe('smol run', () => {
  test('trains a recipe and says where the run is and what to do next', async () => {
    const folder = tinyRecipeFolder();
    const { exitCode, stdout, stderr } = await run(folder, ['sparrow.smol']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('sparrow   67.9k parameters · 2 stages · 60 steps · engine: WebAssembly (fallback)\n');
    expect(stderr).toContain('prepared speeches ');
    expect(stderr).toContain('the WebAssembly engine is about');
    expect(stdout).toMatch(/^held-out loss +before +after +unigram entropy\n {2}speeches +8\.\d{3} +\d\.\d{3}/);
    expect(stdout).toContain('run   runs/sparrow  (60 of 60 steps, 1,920 tokens, ');
    expect(stdout).toContain('next  smol generate runs/sparrow --prompt ');
    expect(readdirSync(join(folder, 'runs/sparrow/checkpoints'))).toEqual(['step-00000050', 'step-00000060']);
  });

  test('--format json prints one document, equal for equal runs', async () => {
    const folder = tinyRecipeFolder();
    const first = await run(folder, ['sparrow.smol', '--steps', '8', '--format', 'json']);
    const second = await run(folder, ['sparrow.smol', '--steps', '8', '--format', 'json']);
    const document = JSON.parse(first.stdout);
    expect(document).toMatchObject({ recipe: 'sparrow', run: 'runs/sparrow', step: 8, steps: 60, compiled: false });
    expect(document.held_out).toHaveLength(3);
    expect(JSON.parse(second.stdout)).toEqual({ ...document, run: 'runs/sparrow-2' });
  });

  test('an interruption finishes the step, writes a checkpoint, exits 130 and says how to go on', async () => {
    const folder = tinyRecipeFolder();
    const controller = new AbortController();
    const context = recordedContext({ cwd: folder, env, interrupted: controller.signal });
    const metrics = join(folder, 'runs/sparrow/metrics.jsonl');
    const watch = setInterval(() => {
      if (existsSync(metrics) && readFileSync(metrics, 'utf8').includes('"step":3,')) controller.abort();
    }, 1);
    const exitCode = await runCommand(define, ['sparrow.smol', '--engine', 'wasm'], context);
    clearInterval(watch);
    expect(exitCode).toBe(130);
    expect(context.stdout()).toMatch(/interrupted at step \d+ of 60/);
    expect(context.stdout()).toContain('next  smol run sparrow.smol --engine wasm --run-dir runs/sparrow --resume\n');
    const resumed = await run(folder, ['sparrow.smol', '--run-dir', 'runs/sparrow', '--resume', '--format', 'json']);
    expect(resumed.stderr).toMatch(/resumed from step \d+\n/);
    const whole = await run(folder, ['sparrow.smol', '--format', 'json']);
    expect(JSON.parse(resumed.stdout)).toEqual({ ...JSON.parse(whole.stdout), run: 'runs/sparrow' });
    const metricsOf = (name: string) => readFileSync(join(folder, 'runs', name, 'metrics.jsonl'), 'utf8');
    expect(metricsOf('sparrow')).toBe(metricsOf('sparrow-2'));
  });

  test('a recipe with errors is not run', async () => {
    const folder = tinyRecipeFolder((recipe) => recipe.replace('50% speeches', '60% speeches'));
    const { exitCode, stdout, stderr } = await run(folder, ['sparrow.smol']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error[SM3001]');
    expect(stdout).toBe('');
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  test('a plan runs as its recipe does, and takes no settings', async () => {
    const folder = tinyRecipeFolder();
    const { plan } = compileRecipe('sparrow.smol', createFileHost({ cwd: folder }));
    writeFileSync(join(folder, 'plan.json'), printPlan(plan!));
    const fromPlan = await run(folder, ['plan.json', '--steps', '5', '--format', 'json']);
    const fromRecipe = await run(folder, ['sparrow.smol', '--steps', '5', '--format', 'json']);
    expect(JSON.parse(fromRecipe.stdout)).toEqual({ ...JSON.parse(fromPlan.stdout), run: 'runs/sparrow-2' });
    await expect(run(folder, ['plan.json', '--set', 'seed=8'])).rejects.toMatchObject({ exitCode: 2 });
  });

  test('refuses what cannot be run before anything is made', async () => {
    const folder = tinyRecipeFolder((recipe) => recipe.replace('precision = float32', 'precision = bf16'));
    await expect(run(folder, ['sparrow.smol'])).rejects.toMatchObject({
      message: expect.stringContaining('cannot train in `bf16`'),
      help: expect.stringContaining('float32'),
      exitCode: 3,
    });
    await expect(run(folder, ['none.smol'])).rejects.toThrow('there is no file `none.smol`');
    const fine = tinyRecipeFolder();
    await expect(run(fine, ['sparrow.smol', '--steps', '61'])).rejects.toThrow('outside the 60 steps of `pretrain`');
    await expect(run(fine, ['sparrow.smol', '--steps', 'many'])).rejects.toMatchObject({ exitCode: 2 });
    await expect(run(fine, ['sparrow.smol', '--resume'])).rejects.toThrow('there is no run to resume');
    expect(existsSync(join(fine, 'runs'))).toBe(false);
  });
});
