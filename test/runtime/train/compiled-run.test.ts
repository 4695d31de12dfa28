import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRunSampler } from '../../../compiler/index.ts';
import type { StepMetrics } from '../../../runtime/index.ts';
import { compiledRun } from '../../support/compiled-run.ts';
import { textFolder } from '../../support/text-folder.ts';
import { tinyRecipe } from '../../support/tiny-recipe.ts';

test('every slot of a real run is the plan’s, and so are the counts and the stages', async () => {
  const { plan, events, report } = await compiledRun(tinyRecipe, textFolder());
  expect(report.compiled).toBe(true);
  const phase = plan.phases[0]!;
  const sampler = createRunSampler(phase, plan.seed);
  const sequences = new Map<string, number>();
  for (const event of events) {
    if (event.kind !== 'step') continue;
    for (const [slot, { datasetId, draw, dataset }] of event.places().entries()) {
      expect({ datasetId, draw }).toEqual(sampler.pick(event.metrics.step, slot));
      const key = `${event.metrics.stage} ${dataset}`;
      sequences.set(key, (sequences.get(key) ?? 0) + 1);
    }
  }
  for (const stage of phase.stages) {
    for (const { dataset, sequences: planned } of stage.mixture) {
      expect(sequences.get(`${stage.name} ${dataset}`), `${stage.name} ${dataset}`).toBe(planned);
    }
  }
  const metrics = readFileSync(join(report.folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const lines = metrics.map((line) => JSON.parse(line) as StepMetrics);
  expect([1, 29, 30, 31, 60].map((step) => lines[step - 1]!.stage)).toEqual([
    'early',
    'early',
    'early',
    'late',
    'late',
  ]);
  expect(lines.at(-1)!.loss).toBeLessThan(lines[0]!.loss - 0.05);
}, 120_000);

test('the number of tensors is constant over 500 steps, checkpoints and evaluations', async () => {
  const { tensors } = await compiledRun(tinyRecipe.replaceAll('1920', '16000').replaceAll('960', '8000'), textFolder());
  expect(tensors).toHaveLength(500);
  expect(new Set(tensors).size).toBe(1);
}, 120_000);
