import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packFirstFit } from '../../../runtime/tuning/pack.ts';

test('the longest first, each into the first bin with room', () => {
  expect(packFirstFit([4, 8, 1, 4, 2, 1], 10)).toEqual([
    [1, 4],
    [0, 3, 2, 5],
  ]);
  expect(packFirstFit([], 10)).toEqual([]);
  expect(() => packFirstFit([11], 10)).toThrow(RangeError);
});

/** First fit as one writes it down, bin after bin. */
function plainFirstFit(lengths: readonly number[], capacity: number): number[][] {
  const bins: { room: number; items: number[] }[] = [];
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  for (const index of order) {
    const found = bins.find(({ room }) => room >= lengths[index]!);
    const bin = found ?? { room: capacity, items: [] };
    if (!found) bins.push(bin);
    bin.room -= lengths[index]!;
    bin.items.push(index);
  }
  return bins.map(({ items }) => items);
}

test('is first fit, loses nothing and never overfills', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 200 }), (lengths) => {
      expect(packFirstFit(lengths, 50)).toEqual(plainFirstFit(lengths, 50));
    }),
    { numRuns: 100 },
  );
});

test('a hundred thousand rows take no time to speak of', () => {
  const lengths = Array.from({ length: 100_000 }, (_, i) => 1 + ((i * 7919) % 2048));
  const bins = packFirstFit(lengths, 2048);
  expect(bins.flat()).toHaveLength(100_000);
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  expect(bins.length).toBeLessThan(1.01 * (tokens / 2048) + 1);
}, 5_000);
