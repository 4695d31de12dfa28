import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/diff.ts';
import { createFileHost } from '../../../cli/file-host.ts';
import { compileRecipe, printPlan } from '../../../compiler/index.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { tinyRecipe, tinyRecipeFolder } from '../../support/tiny-recipe.ts';

const edited = (recipe: string) => recipe.replace('25% novel\n    50% code', '15% novel\n    60% code');

async function diff(cwd: string, ...words: string[]) {
  const context = recordedContext({ cwd });
  const exitCode = await runCommand(define, words, context);
  return { exitCode, stdout: context.stdout(), stderr: context.stderr() };
}

function git(cwd: string, ...words: string[]): void {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
  const { status, stderr } = spawnSync('git', [...identity, ...words], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** A repository whose first commit has the recipe in `recipes/`, and whose working tree has it edited. */
function repository(): string {
  const folder = tinyRecipeFolder();
  mkdirSync(join(folder, 'recipes'));
  writeFileSync(join(folder, 'recipes/sparrow.smol'), tinyRecipe);
  writeFileSync(join(folder, 'recipes/wren.smol'), 'recipe wren extends "sparrow.smol"\n');
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', 'recipes');
  git(folder, 'commit', '-q', '-m', 'first');
  writeFileSync(join(folder, 'recipes/sparrow.smol'), edited(tinyRecipe));
  return folder;
}

describe('smol diff', () => {
  const folder = tinyRecipeFolder();
  beforeAll(() => {
    writeFileSync(join(folder, 'edited.smol'), edited(tinyRecipe));
    writeFileSync(join(folder, 'spaced.smol'), tinyRecipe.replaceAll(' = ', '   =   '));
    const { plan } = compileRecipe('sparrow.smol', createFileHost({ cwd: folder }));
    writeFileSync(join(folder, 'plan.json'), printPlan(plan!));
  });

  test('shows what changed, from where on, and what it means', async () => {
    const { exitCode, stdout } = await diff(folder, 'sparrow.smol', 'edited.smol');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('~ stage late   960..1,920   future only, from 960 tokens (step 31)\n');
    expect(stdout).toContain('code   50% → 60%   +112 tokens');
    expect(stdout).toContain('Runs that passed 960 tokens (step 30) cannot take this');
  });

  test('--exit-code tells a change of meaning from none', async () => {
    expect((await diff(folder, 'sparrow.smol', 'edited.smol', '--exit-code')).exitCode).toBe(5);
    const same = await diff(folder, 'sparrow.smol', 'spaced.smol', '--exit-code');
    expect(same.exitCode).toBe(0);
    expect(same.stdout).toContain('No change');
  });

  test('takes plans, and compiles the recipe beside one as it was compiled', async () => {
    expect((await diff(folder, 'plan.json', 'sparrow.smol')).stdout).toContain('No change');
    const { plan } = compileRecipe('sparrow.smol', createFileHost({ cwd: folder }), { profile: 'tiny' });
    writeFileSync(join(folder, 'tiny.json'), printPlan(plan!));
    const tiny = await diff(folder, 'tiny.json', 'sparrow.smol');
    expect(tiny.stderr).toBe('note: `sparrow.smol` is compiled with `--profile tiny`, as the other side was\n');
    expect(tiny.stdout).toContain('No change');
  });

  test('--format json prints one document, and markdown a table', async () => {
    const { stdout } = await diff(folder, 'sparrow.smol', 'edited.smol', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ diff_version: 1, effect: { class: 'future_only', from_step: 31 } });
    const markdown = await diff(folder, 'sparrow.smol', 'edited.smol', '--format', 'markdown');
    expect(markdown.stdout).toContain('| ~ stage late | 960..1,920 |');
  });

  test('says what is wrong with a side', async () => {
    mkdirSync(join(folder, 'empty'));
    await expect(diff(folder, 'none.smol', 'edited.smol')).rejects.toThrow('there is no file `none.smol`');
    await expect(diff(folder, 'empty', 'edited.smol')).rejects.toThrow('is a folder without a plan.json');
    await expect(diff(folder, 'sparrow.smol')).rejects.toMatchObject({ exitCode: 2 });
    writeFileSync(join(folder, 'broken.smol'), tinyRecipe.replace('50% speeches', '60% speeches'));
    const broken = await diff(folder, 'sparrow.smol', 'broken.smol');
    expect(broken.exitCode).toBe(1);
    expect(broken.stderr).toContain('error[SM3001]');
  });
});

describe('smol diff with git', () => {
  const folder = repository();
  const recipes = join(folder, 'recipes');

  test('reads a recipe of a revision, from the root or from the folder', async () => {
    for (const [cwd, old] of [
      [folder, 'main:recipes/sparrow.smol'],
      [recipes, 'main:recipes/sparrow.smol'],
      [recipes, 'main:sparrow.smol'],
      [recipes, 'main:./sparrow.smol'],
    ] as const) {
      const { stdout } = await diff(cwd, old, join(recipes, 'sparrow.smol'));
      expect(stdout, `${cwd} ${old}`).toContain('code   50% → 60%');
    }
  });

  test('reads what a recipe extends from the same revision', async () => {
    for (const [cwd, old] of [
      [folder, 'main:recipes/wren.smol'],
      [recipes, 'main:wren.smol'],
    ] as const) {
      const { stdout } = await diff(cwd, old, join(recipes, 'wren.smol'));
      expect(stdout, `${cwd} ${old}`).toContain('code   50% → 60%');
    }
  });

  test('--since compares a recipe with what it was', async () => {
    const { exitCode, stdout } = await diff(recipes, 'sparrow.smol', '--since', 'HEAD', '--exit-code');
    expect(exitCode).toBe(5);
    expect(stdout).toContain('code   50% → 60%');
    await expect(diff(recipes, 'sparrow.smol', 'sparrow.smol', '--since', 'HEAD')).rejects.toMatchObject({
      exitCode: 2,
    });
  });

  test('says what git does not have', async () => {
    const file = 'sparrow.smol';
    await expect(diff(recipes, 'nowhere:sparrow.smol', file)).rejects.toThrow('git knows no revision `nowhere`');
    await expect(diff(recipes, 'main:other.smol', file)).rejects.toThrow('no file `other.smol` in revision `main`');
    await expect(diff(recipes, 'main:plan.json', file)).rejects.toThrow('`main:plan.json` is no recipe');
    const outside = tinyRecipeFolder();
    await expect(diff(outside, 'main:sparrow.smol', file)).rejects.toThrow('in no git repository');
  });

  test('a name is never an option or a command', async () => {
    await expect(diff(recipes, '--', '--output=x:sparrow.smol', 'sparrow.smol')).rejects.toThrow('knows no revision');
    await expect(diff(recipes, '$(touch made):sparrow.smol', 'sparrow.smol')).rejects.toThrow('knows no revision');
  });
});
