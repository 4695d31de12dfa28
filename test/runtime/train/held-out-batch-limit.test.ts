import { expect, test } from 'vitest';
import type { TokenStore } from '../../../runtime/data/types.ts';
import { heldOutBatchLimit, isMeasuringCostly } from '../../../runtime/train/held-out-batch-limit.ts';
import { heldOutSample } from '../../../runtime/train/held-out-sample.ts';
import { handPlan } from '../../support/training-fakes.ts';

const shape = { sequences: 1, sequence: 256, attention: 'full', ropeTheta: 10_000 } as const;
const size135 = { layers: 30, hidden: 576, ffn: 1536, heads: 9, kv_heads: 3, vocab: 49152, context: 2048 };
const model = { ...handPlan().model, ...size135, head_size: 64, tie_embeddings: true };

test('a small model is measured on 32 batches of each dataset, a large one on what as many operations pay for, two at least', () => {
  expect(heldOutBatchLimit({ ...handPlan().model, layers: 1, vocab: 256 }, shape, 3)).toBe(32);
  // 2 × 134,515,008 × 256 operations a batch
  expect(heldOutBatchLimit(model, shape, 1)).toBe(8);
  expect(heldOutBatchLimit(model, shape, 3)).toBe(2);
  expect(heldOutBatchLimit(model, { ...shape, sequences: 1000 }, 3)).toBe(2);
});

test('measuring is costly where no more than the least number of batches is paid for', () => {
  expect(isMeasuringCostly({ ...handPlan().model, layers: 1, vocab: 256 }, shape, 3)).toBe(false);
  expect(isMeasuringCostly(model, shape, 1)).toBe(false);
  expect(isMeasuringCostly(model, shape, 3)).toBe(true);
});

test('the batches of a sample are spread evenly over the part, and the same for every call', () => {
  const store = {
    tokenCount: 1 + 10 * 256,
    documentCount: 1,
    read: (from: number, length: number) => Int32Array.from({ length }, (_, i) => from + i),
  } as unknown as TokenStore;
  const firsts = (most: number) => [...heldOutSample(store, shape, most)].map(({ tokens }) => tokens[0]! / 256);
  expect(firsts(2)).toEqual([0, 5]);
  expect(firsts(5)).toEqual([0, 2, 4, 6, 8]);
  expect(firsts(32)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
