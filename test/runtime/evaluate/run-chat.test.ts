import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chatmlTemplate } from '../../../compiler/plan/chatml-template.ts';
import type { Plan, PlanPoint } from '../../../compiler/plan/index.ts';
import { evaluateModel } from '../../../runtime/evaluate/evaluate-model.ts';
import { loadEvaluatedModel } from '../../../runtime/evaluate/load-evaluated-model.ts';
import { loadTask } from '../../../runtime/evaluate/task/load-task.ts';
import type { RunOptions } from '../../../runtime/train/run-options.ts';
import { runPlan } from '../../../runtime/train/run-plan.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { hashed } from '../../support/training-fakes.ts';
import { tuningFolder, tuningPlan } from '../../support/tuning-plan.ts';

const recipeFolder = tuningFolder();
const rows = Array.from({ length: 6 }, (_, i) => ({ q: `Is it ${i}?`, options: ['yes', 'no'], right: i % 2 }));
writeFileSync(join(recipeFolder, 'asked.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
const asked = { data: { local: 'asked.jsonl' }, question: '{q}', chat: true };
const choice = { ...asked, kind: 'cloze', choices: 'options', answer: 'right' };
writeFileSync(join(recipeFolder, 'asked.json'), JSON.stringify(choice));
writeFileSync(
  join(recipeFolder, 'told.json'),
  JSON.stringify({ ...asked, kind: 'generate', answer: '{q}', max_tokens: 3 }),
);
writeFileSync(join(recipeFolder, 'plain.json'), JSON.stringify({ ...choice, chat: false }));

const point = (phase: string, step: number): PlanPoint => ({ at: `${phase}.end`, phase, step, tokens: null });
const task = (kind: 'cloze' | 'generate', name: string) =>
  ({ kind, task: `${name}.json`, name, shots: 0, formulation: null }) as const;

/** The tuning plan with a template of its own in `dpo`, measured at these points. */
function measured(points: readonly PlanPoint[]): Plan {
  const plan = tuningPlan({ dpo: { chat: { kind: 'chatml', system: 'Be brief.' } } });
  const tasks = [task('cloze', 'asked'), task('generate', 'told'), task('cloze', 'plain')];
  return hashed({ ...plan, evaluations: [{ name: 'base', points, tasks, expectations: [] }] });
}

function optionsOf(plan: Plan): RunOptions {
  return {
    plan,
    planText: JSON.stringify(plan),
    recipeFolder,
    runFolder: null,
    runsFolder: mkdtempSync(join(tmpdir(), 'smol-runs-')),
    resume: false,
    steps: null,
    cacheFolder: mkdtempSync(join(tmpdir(), 'smol-cache-')),
    version: '0.0.0',
    observe: () => {},
    interrupted: new AbortController().signal,
  };
}

describe('tasks with a chat template inside of a run', () => {
  test('are asked by the template that the run has at the point, as `smol evaluate` asks them there', async () => {
    const { folder } = await runPlan(optionsOf(measured([point('sft', 14), point('dpo', 9)])), fakeEngine());
    const log = readFileSync(join(folder, 'evaluations.jsonl'), 'utf8').trim().split('\n');
    const lines = log.map((line) => JSON.parse(line));
    const hashOf = (system: string | null) => createHash('sha256').update(chatmlTemplate(system)).digest('hex');
    expect(lines.map(({ step, task, settings }) => [step, task, settings.template])).toEqual([
      [74, 'asked', hashOf(null)],
      [74, 'told', hashOf(null)],
      [74, 'plain', null],
      [83, 'asked', hashOf('Be brief.')],
      [83, 'told', hashOf('Be brief.')],
      [83, 'plain', null],
    ]);
    const names = ['asked', 'told', 'plain'];
    const tasks = await Promise.all(names.map((name) => loadTask(`${name}.json`, recipeFolder)));
    const model = await loadEvaluatedModel(folder, 83);
    const interrupted = new AbortController().signal;
    const options = { seed: tuningPlan().seed, limit: null, interrupted, observe: () => {} };
    const results = await evaluateModel(model, tasks, fakeEngine(), options);
    expect(lines.slice(3)).toMatchObject(JSON.parse(JSON.stringify(results)));
  });

  test('are refused before training at a point at which the run has none yet', async () => {
    const options = optionsOf(measured([point('pretrain', 60)]));
    await expect(runPlan(options, fakeEngine())).rejects.toThrow('task `asked` asks by a chat template');
  });
});
