import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileRecipe, createRunSampler, learningRate } from '../../../compiler/index.ts';
import { inspectStep, renderStepText } from '../../../compiler/inspect/index.ts';
import { makeDataset, makePretrain, makeRecipe } from '../../support/resolved-recipe.ts';
import { planOf, smallStage } from '../plan/plan-of.ts';

const datasets = [makeDataset('a', { size: 10_000 }), makeDataset('b'), makeDataset('c')];
const stages = [
  smallStage(0, 51_200, { a: '0.5', b: '0.5' }),
  smallStage(51_200, 102_400, { a: '0.2', b: '0.3', c: '0.5' }, 'late', 128),
];
const { plan } = planOf(makeRecipe(datasets, [makePretrain(stages)]));

describe('inspectStep', () => {
  test('gives what the sampler and the schedule give, for any step', () => {
    const phase = plan.phases[0]!;
    const sampler = createRunSampler(phase, plan.seed);
    const idOf = (name: string) => plan.datasets.find((dataset) => dataset.name === name)!.id;
    for (const step of [1, 57, 100, 101, 200]) {
      const found = inspectStep(plan, step);
      expect(found.stage.name).toBe(step <= 100 ? 's' : 'late');
      expect(found.tokens_before).toBe((step - 1) * 512);
      expect(found.learning_rate).toBe(learningRate(phase.schedule, step));
      expect(found.slots).toHaveLength(step <= 100 ? 8 : 4);
      for (const { slot, dataset, draw } of found.slots) {
        expect({ datasetId: idOf(dataset), draw }).toEqual(sampler.pick(step, slot));
      }
      for (const { dataset, sequences, tokens_read } of found.shares) {
        expect(sequences).toBe(found.slots.filter((slot) => slot.dataset === dataset).length);
        expect(tokens_read).toBe(sampler.tokensReadBefore(step, idOf(dataset)));
      }
    }
  });

  test('knows epochs of sizes, and epochs and windows of counted data', () => {
    const last = inspectStep(plan, 200);
    const a = last.shares.find(({ dataset }) => dataset === 'a')!;
    expect(a.epochs_read).toBe(a.tokens_read / 10_000);
    expect(last.shares.find(({ dataset }) => dataset === 'b')!.epochs_read).toBe(null);
    expect(last.slots.every(({ epoch, window }) => epoch === null && window === null)).toBe(true);
    const counted = inspectStep(plan, 200, { slot: 2, windows: (_, sequence) => (sequence === 128 ? 10 : null) });
    expect(counted.slots).toHaveLength(1);
    expect(counted.slots[0]).toMatchObject({ slot: 2, epoch: Math.floor(counted.slots[0]!.draw / 10) });
    expect(counted.slots[0]!.window).toBeLessThan(10);
  });

  test('goes on where the phase before has ended', () => {
    const phases = [makePretrain(stages), makePretrain(stages, { name: 'again' })];
    const { plan: twice } = planOf(makeRecipe(datasets, phases));
    const first = inspectStep(twice, 201);
    expect(first.phase).toEqual({ name: 'again', step: 1, steps: 200 });
    expect(first.tokens_before).toBe(102_400);
    const before = createRunSampler(plan.phases[0]!, plan.seed);
    for (const { dataset, tokens_read } of first.shares) {
      const { id } = plan.datasets.find(({ name }) => name === dataset)!;
      expect(tokens_read).toBe(before.tokensReadBefore(201, id));
    }
    expect(Math.min(...first.slots.map(({ draw }) => draw))).toBeGreaterThan(0);
  });

  test('says which steps and slots there are', () => {
    expect(() => inspectStep(plan, 201)).toThrow('there is no step 201');
    expect(() => inspectStep(plan, 0)).toThrow('there is no step 0');
    expect(() => inspectStep(plan, 101, { slot: 4 })).toThrow('the batch has no slot 4');
  });

  test('is immediate at step 5,000,000 of the 11T recipe', () => {
    const path = join(import.meta.dirname, '../../../examples/smollm2-1.7b.smol');
    const text = readFileSync(path, 'utf8');
    const compiled = compileRecipe('smollm2-1.7b.smol', {
      readText: (asked) => (asked.endsWith('1.7b.smol') ? text : null),
    });
    const start = performance.now();
    const found = inspectStep(compiled.plan!, 5_000_000);
    // It takes 8 ms; walking there would take minutes.
    expect(performance.now() - start).toBeLessThan(500);
    expect(found.stage.name).toBe('decay');
    expect(found.slots).toHaveLength(1024);
    const page = renderStepText(found);
    expect(page).toContain('step 5,000,000 of 5,263,331');
    expect(page).toContain('and 1,008 more');
    for (const line of page.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });
});
