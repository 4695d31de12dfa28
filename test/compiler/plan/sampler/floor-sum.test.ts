import fc from 'fast-check';
import { expect, it } from 'vitest';
import { floorSum } from '../../../../compiler/plan/sampler/floor-sum.ts';

it('equals the sum term by term, for any slope and offset', () => {
  const small = fc.bigInt({ min: -5000n, max: 5000n });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.bigInt({ min: 1n, max: 997n }), small, small, (count, m, a, b) => {
      let sum = 0n;
      for (let n = 0n; n < BigInt(count); n++) {
        const value = a * n + b;
        sum += (value - (((value % m) + m) % m)) / m;
      }
      expect(floorSum(BigInt(count), m, a, b)).toBe(sum);
    }),
    { numRuns: 2000 },
  );
});

it('is exact where doubles are not', () => {
  const m = 1n << 64n;
  // floor(((2^64 - 1) n) / 2^64) = n - 1 for n from 1 to 2^64: the sum over n < N is (N - 1)(N - 2) / 2.
  const count = 5_371_093_750n;
  expect(floorSum(count, m, m - 1n, 0n)).toBe(((count - 1n) * (count - 2n)) / 2n);
});
