import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define as defineDiff } from '../../../cli/commands/diff.ts';
import { define as defineGenerate } from '../../../cli/commands/generate.ts';
import { define as defineInspect } from '../../../cli/commands/inspect.ts';
import { define } from '../../../cli/commands/run.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { tinyRecipe, tinyRecipeFolder } from '../../support/tiny-recipe.ts';

const env = { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) };

async function run(cwd: string, ...words: string[]) {
  const context = recordedContext({ cwd, env });
  let failure: Error | null = null;
  const exitCode = await runCommand(define, ['sparrow.smol', '--engine', 'wasm', ...words], context).catch((error) => {
    failure = error as Error;
    return null;
  });
  return { exitCode, failure: failure as (Error & { help?: string }) | null, stderr: context.stderr() };
}

/** A run that stands at step 20 of 60, the last 30 of them in stage `late`. */
async function startedRun(): Promise<string> {
  const folder = tinyRecipeFolder();
  expect((await run(folder, '--steps', '20')).exitCode).toBe(0);
  return folder;
}

const edit = (folder: string, change: (recipe: string) => string) =>
  writeFileSync(join(folder, 'sparrow.smol'), change(tinyRecipe));
const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const edits = (folder: string) => JSON.parse(read(folder, 'runs/sparrow/run.json')).edits;
const laterShares = (recipe: string) => recipe.replace('25% novel\n    50% code', '5% novel\n    70% code');

describe('smol run --resume with an edited recipe', () => {
  test('goes on where only the future changes, as a run of the edited recipe would have come there', async () => {
    const folder = await startedRun();
    const before = read(folder, 'runs/sparrow/plan.json');
    edit(folder, laterShares);
    const resumed = await run(folder, '--resume');
    expect(resumed.exitCode).toBe(0);
    expect(resumed.stderr).toContain('note: the recipe was edited since the run started (2 changes), and it can go on');
    await run(folder);
    for (const name of ['metrics.jsonl', 'plan.json']) {
      expect(read(folder, `runs/sparrow/${name}`), name).toBe(read(folder, `runs/sparrow-2/${name}`));
    }
    expect(read(folder, 'runs/sparrow/plans/1.json')).toBe(before);
    const hashes = { from: JSON.parse(before).hash, to: JSON.parse(read(folder, 'runs/sparrow/plan.json')).hash };
    expect(edits(folder)).toEqual([
      { step: 20, ...hashes, class: 'future_only', forced: false, old_plan: 'plans/1.json' },
    ]);
  });

  test('its new datasets are prepared and recorded beside the old ones', async () => {
    const folder = await startedRun();
    writeFileSync(join(folder, 'more.jsonl'), read(folder, 'code.jsonl').replaceAll('return', 'yield'));
    edit(folder, (recipe) =>
      recipe
        .replace('model {', 'dataset more { source = local("more.jsonl") }\n\nmodel {')
        .replace('50% code', '25% code\n    25% more'),
    );
    expect((await run(folder, '--resume')).exitCode).toBe(0);
    const names = JSON.parse(read(folder, 'runs/sparrow/data.json')).datasets.map(
      (each: { name: string }) => each.name,
    );
    expect(names.sort()).toEqual(['code', 'more', 'novel', 'speeches']);
    // And the grown run is resumed as any other.
    expect((await run(folder, '--resume')).exitCode).toBe(0);
    expect(edits(folder)).toHaveLength(1);
  });

  test('refuses what changes a step that is done, shows it, and goes on when told to, on record', async () => {
    const folder = await startedRun();
    edit(folder, (recipe) => recipe.replace('weight_decay = 0.1', 'weight_decay = 0.2'));
    const plan = read(folder, 'runs/sparrow/plan.json');
    const refused = await run(folder, '--resume');
    expect(refused.stderr).toContain('weight_decay  0.1 → 0.2');
    expect(refused.stderr).toMatch(/already: this\s+changes its past/);
    expect(refused.failure?.message).toContain('edited in what the run has done (step 1)');
    expect(refused.failure?.help).toContain('`--accept-changed-past`');
    expect(read(folder, 'runs/sparrow/plan.json')).toBe(plan);
    const forced = await run(folder, '--resume', '--accept-changed-past', '--steps', '30');
    expect(forced.exitCode).toBe(0);
    expect(edits(folder)).toMatchObject([{ step: 20, class: 'changes_past', forced: true }]);
    const inspected = recordedContext({ cwd: folder, env });
    await runCommand(defineInspect, ['runs/sparrow', '--step', '20'], inspected);
    await runCommand(defineInspect, ['runs/sparrow', '--step', '21'], inspected);
    expect(inspected.stderr()).toMatch(/^note: the run computed step 20 with an earlier plan.*\n$/);
  });

  test('never goes on with another model, and names no flag', async () => {
    const folder = await startedRun();
    edit(folder, (recipe) => recipe.replace('ffn = 32', 'ffn = 48'));
    const refused = await run(folder, '--resume', '--accept-changed-past');
    expect(refused.failure?.message).toContain('another model or tokenizer');
    expect(refused.failure?.help).toBe('start a new run without `--resume`');
    expect(refused.stderr).toContain('ffn  32 → 48');
  });

  test('goes on after formatting and renaming, and records only what a plan says otherwise', async () => {
    const folder = await startedRun();
    edit(folder, (recipe) => recipe.replaceAll(' = ', '  =  '));
    expect((await run(folder, '--resume', '--steps', '21')).exitCode).toBe(0);
    expect(edits(folder)).toBe(undefined);
    edit(folder, (recipe) => recipe.replace('every(10 steps, keep = 2)', 'every(5 steps, keep = 3)'));
    expect((await run(folder, '--resume', '--steps', '26')).exitCode).toBe(0);
    expect(edits(folder)).toMatchObject([{ step: 21, class: 'no_effect', forced: false }]);
  });

  test('a model of before the edit still writes text, and diff says where the run stands', async () => {
    const folder = await startedRun();
    edit(folder, laterShares);
    const diff = recordedContext({ cwd: folder, env });
    await runCommand(defineDiff, ['runs/sparrow', 'sparrow.smol'], diff);
    expect(diff.stdout()).toContain('The run stands at step 20 (640 tokens), and what changes comes after it');
    expect((await run(folder, '--resume', '--steps', '20')).exitCode).toBe(0);
    expect(edits(folder)).toHaveLength(1);
    const context = recordedContext({ cwd: folder, env });
    const words = ['runs/sparrow', '--prompt', 'We', '--max-tokens', '3', '--engine', 'wasm'];
    expect(await runCommand(defineGenerate, words, context)).toBe(0);
    // The next edit counts from the same step, and its checkpoint is still the run's.
    edit(folder, (recipe) => laterShares(recipe).replace('    5% novel\n    70% code', '    15% novel\n    60% code'));
    expect((await run(folder, '--resume', '--steps', '31')).exitCode).toBe(0);
    expect(edits(folder)).toMatchObject([{ step: 20 }, { step: 20, old_plan: 'plans/2.json' }]);
  });

  test('a forgotten profile is named, and the flag needs --resume', async () => {
    const folder = tinyRecipeFolder();
    await run(folder, '--profile', 'tiny', '--steps', '5');
    const refused = await run(folder, '--resume');
    expect(refused.failure?.help).toContain('resume it with `--profile tiny`');
    expect((await run(folder, '--accept-changed-past')).failure?.message).toContain('goes with `--resume`');
  });
});
