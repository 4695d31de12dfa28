import { setImmediate as breathe } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRunSampler, windowOf } from '../../../compiler/plan/index.ts';
import { createBatches } from '../../../runtime/data/batches.ts';
import { prefetchedBatches } from '../../../runtime/data/prefetched-batches.ts';
import type { PreparedDataset } from '../../../runtime/data/types.ts';
import { windowCount } from '../../../runtime/data/windows.ts';
import { dataPlan, planDataset } from '../../support/data-plan.ts';
import { storeOf } from '../../support/token-store.ts';

const datasets = [planDataset('web', ['w.txt']), planDataset('book', ['b.txt'], { order: 'sequential' })];

/** Two datasets whose tokens are numbered, so that a token tells where it was read. */
function prepared(): readonly PreparedDataset[] {
  return datasets.map(({ name, id }, index) => {
    const length = 500 + 200 * index;
    const tokens = Array.from({ length }, (_, place) => (index + 1) * 1000 + place);
    const training = storeOf([tokens.slice(0, 123), tokens.slice(123)], { vocabulary: 4096 });
    const malformed = { count: 0, rows: 2, kinds: {}, examples: [] };
    return { name, id, training, heldOut: storeOf([]), contentHash: '', cached: false, malformed, steps: [] };
  });
}

function setUp(attention: 'full' | 'document' = 'full') {
  const plan = dataPlan(datasets, { sequences: [8, 16], steps: 20, attention });
  const data = prepared();
  const phase = plan.phases[0]!;
  return { plan, data, phase, batches: createBatches({ seed: plan.seed, phase, datasets, prepared: data }) };
}

test('every slot is the pick of the plan, and its tokens are those of the window', () => {
  const { plan, phase, data, batches } = setUp();
  const sampler = createRunSampler(phase, plan.seed);
  for (let step = 1; step <= 40; step++) {
    const { sequence } = sampler.segmentAt(step);
    const batch = batches.batch(step);
    batches.slots(step).forEach((slot, index) => {
      const pick = sampler.pick(step, index);
      const dataset = datasets.find((each) => each.id === pick.datasetId)!;
      const store = data.find((each) => each.id === pick.datasetId)!.training;
      const windows = windowCount(store.tokenCount, sequence);
      const place = windowOf(pick.datasetId, pick.draw, windows, sequence, plan.seed, dataset.order);
      expect(slot).toEqual({ ...pick, ...place, from: place.window * sequence });
      const read = store.read(slot.from, sequence + 1);
      expect(batch.tokens.slice(index * sequence, (index + 1) * sequence)).toEqual(read.slice(0, -1));
      expect(batch.labels.slice(index * sequence, (index + 1) * sequence)).toEqual(read.slice(1));
    });
  }
});

test('a step gives the same batch whatever was asked before', () => {
  const { batches } = setUp('document');
  const inOrder = Array.from({ length: 40 }, (_, index) => batches.batch(index + 1));
  for (const step of [40, 1, 21, 20, 20, 22, 7, 8]) {
    expect(batches.batch(step)).toEqual(inOrder[step - 1]);
    expect(setUp('document').batches.batch(step)).toEqual(inOrder[step - 1]);
  }
});

test('an epoch reads every window of a dataset once, in order where it is sequential', () => {
  const { batches, data } = setUp();
  const seen = new Map<string, number[]>(datasets.map(({ id }) => [id, []]));
  for (let step = 1; step <= 20; step++) {
    for (const slot of batches.slots(step)) if (slot.epoch === 0) seen.get(slot.datasetId)!.push(slot.window);
  }
  for (const [id, windows] of seen) {
    const count = windowCount(data.find((each) => each.id === id)!.training.tokenCount, 8);
    expect(new Set(windows).size).toBe(windows.length);
    expect(Math.max(...windows)).toBeLessThan(count);
  }
  expect(seen.get(datasets[1]!.id)!.slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
  expect(seen.get(datasets[0]!.id)!.slice(0, 5)).not.toEqual([0, 1, 2, 3, 4]);
});

test('tokens that steps read are those of their slots', () => {
  const { batches } = setUp();
  const id = datasets[0]!.id;
  let tokens = 0;
  for (let step = 1; step <= 40; step++) {
    expect(batches.tokensReadBefore(step, id), `before step ${step}`).toBe(tokens);
    const batch = batches.batch(step);
    tokens += batches.slots(step).filter(({ datasetId }) => datasetId === id).length * batch.sequence;
  }
  expect(batches.tokensReadBefore(41, id)).toBe(tokens);
});

test('steps outside the phase and datasets that are not prepared are refused', () => {
  const { batches, phase, data } = setUp();
  for (const step of [0, 41, 1.5]) expect(() => batches.batch(step)).toThrow(RangeError);
  expect(() => createBatches({ seed: 1, phase, datasets, prepared: data.slice(1) })).toThrow(/not prepared/);
});

test('batches prepared ahead are the same batches, built before they are asked for', async () => {
  const { batches } = setUp();
  const built: number[] = [];
  const ahead = prefetchedBatches({
    slots: batches.slots,
    tokensReadBefore: batches.tokensReadBefore,
    batch(step) {
      built.push(step);
      return batches.batch(step);
    },
  });
  for (const step of [38, 39, 40, 5, 6]) {
    expect(ahead.batch(step)).toEqual(batches.batch(step));
    await breathe();
  }
  // 41 is outside the phase, which nobody asked for.
  expect(built).toEqual([38, 39, 40, 41, 5, 6, 7]);
  expect(() => ahead.batch(41)).toThrow(RangeError);
});
