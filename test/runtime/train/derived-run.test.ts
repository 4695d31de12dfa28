import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../runtime/train/run-event.ts';
import { runPlan } from '../../../runtime/train/run-plan.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { runOptions } from '../../support/run-options.ts';
import { stepsOf } from '../../support/steps-of.ts';
import { hashed } from '../../support/training-fakes.ts';
import { tuningFolder, tuningPlan } from '../../support/tuning-plan.ts';

test('derived datasets in pretraining, fine-tuning and preferences: the run and its account say what each step did', async () => {
  const recipeFolder = tuningFolder();
  const plan = tuningPlan();
  const steps = {
    novel: stepsOf('keep where text matches "whale number [0-9]+" and characters > 20\nsample 90%'),
    chats: stepsOf('decontaminate ngram(n = 3, against = [tests])', 'dataset tests { source = local("tests.jsonl") }'),
    pairs: stepsOf('drop where prompt == "Say 7"\ndedup exact()'),
  };
  writeFileSync(join(recipeFolder, 'tests.jsonl'), `${JSON.stringify({ text: 'He is number 5 now.' })}\n`);
  const derived = plan.datasets.map((dataset) => ({ ...dataset, steps: steps[dataset.name as 'novel'] ?? [] }));
  const tests = { ...plan.datasets[0]!, name: 'tests', id: '66'.repeat(32), holdout_rows: 0 };
  const datasets = [...derived, { ...tests, source: { kind: 'local', paths: ['tests.jsonl'] } as const }];
  const cacheFolder = mkdtempSync(join(tmpdir(), 'smol-cache-'));
  const options = runOptions(hashed({ ...plan, datasets }), { recipeFolder, cacheFolder });
  const events: RunEvent[] = [];
  const report = await runPlan({ ...options, steps: 70, observe: (event) => events.push(event) }, fakeEngine());

  const account = JSON.parse(readFileSync(join(report.folder, 'data.json'), 'utf8'));
  const told = (of: { readonly name?: string; readonly dataset?: string; readonly steps?: readonly object[] }) =>
    of.steps === undefined ? [] : [[of.name ?? of.dataset, ...of.steps.map((step) => Object.values(step).slice(1, 4))]];
  const said = [...account.datasets, ...account.rows].flatMap(told);
  expect(said).toEqual([
    [
      'novel',
      ['keep where text matches "whale number [0-9]+" and characters > 20', 14, 0],
      ['sample 90%', 14, expect.any(Number)],
    ],
    // `It is number 5.`; 15 and 25 are other words.
    ['chats', ['decontaminate ngram(n = 3, against = [tests])', 30, 1]],
    ['pairs', ['drop where prompt == "Say 7"', 20, 1], ['dedup exact()', 19, 0]],
  ]);
  const prepared = events.flatMap((event) => (event.kind === 'prepared' ? event.datasets : []));
  expect(prepared.map(({ dataset, steps: own }) => [dataset, own?.length ?? 0])).toContainEqual(['novel', 2]);
  const again = await runPlan({ ...options, resume: true }, fakeEngine());
  expect(again.step).toBe(83);
});
