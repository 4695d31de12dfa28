import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/compile.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { recipeWith } from '../../support/recipe-with.ts';

function folderWith(text: string): string {
  const cwd = mkdtempSync(join(tmpdir(), 'smol-compile-'));
  writeFileSync(join(cwd, 'main.smol'), text);
  return cwd;
}

async function compile(cwd: string, ...words: string[]) {
  const context = recordedContext({ cwd });
  const exitCode = await runCommand(define, words, context);
  return { exitCode, stderr: context.stderr() };
}

const spiky = 'rewind(to = last_checkpoint, skip = 5 steps, over = 6 sigma, window = 20 steps)';
const recipe = (precision: string, more: readonly string[] = []) =>
  recipeWith(['50% web', '50% code', ...more], { precision, on_spike: spiky });

describe('smol compile --target nanotron', () => {
  test('writes the files of each part, and says at its place what they leave out', async () => {
    const cwd = folderWith(recipe('bf16'));
    const { exitCode, stderr } = await compile(cwd, 'main.smol', '--target', 'nanotron', '-o', 'out');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning[SM7107]: in nanotron, `on_spike` of `pretrain` has no effect');
    expect(stderr).toMatch(/main\.smol:\d+:\d+/);
    expect(stderr).toContain('wrote out/pretrain/1-pretrain.yaml\nwrote out/README.md\n');
    expect(readFileSync(join(cwd, 'out/pretrain/1-pretrain.yaml'), 'utf8')).toContain('train_steps: 977\n');
  });

  test('writes nothing that would not be true', async () => {
    const cwd = folderWith(recipe('float32'));
    const { exitCode, stderr } = await compile(cwd, 'main.smol', '--target', 'nanotron', '-o', 'out');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error[SM7103]');
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });

  test('is silent about what the recipe allows; `check` does not call that idle', async () => {
    const cwd = folderWith(recipe('bf16', ['allow SM7107 "watched by hand"']));
    const { exitCode, stderr } = await compile(cwd, 'main.smol', '--target', 'nanotron', '-o', 'out');
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('SM7107');
    expect(stderr).toContain('SM7109');
  });

  test('takes a plan that stands alone', async () => {
    const cwd = folderWith(recipe('bf16'));
    expect((await compile(cwd, 'main.smol', '--target', 'plan', '-o', '.')).exitCode).toBe(0);
    const { exitCode, stderr } = await compile(cwd, 'plan.json', '--target', 'nanotron', '-o', 'out');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning[SM7107]');
    expect(stderr).toContain('--> main.smol');
  });
});
