import { describe, expect, it } from 'vitest';
import { keyedPermutation, MAX_PERMUTATION_SIZE } from '../../../../compiler/plan/sampler/permutation.ts';

/** Pearson's statistic against equal counts, in standard deviations from its mean (Wilson-Hilferty is not needed here). */
function chiSquareDeviations(counts: readonly number[], total: number): number {
  const expected = total / counts.length;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  return (statistic - freedom) / Math.sqrt(2 * freedom);
}

describe('keyedPermutation', () => {
  it('is a bijection for every size from 1 to 2000', () => {
    for (let size = 1; size <= 2000; size++) {
      const permutation = keyedPermutation(size, `size ${size}`);
      const seen = new Uint8Array(size);
      for (let index = 0; index < size; index++) seen[permutation(index)]!++;
      expect(
        seen.every((count) => count === 1),
        `size ${size}`,
      ).toBe(true);
    }
  });

  it.each([65_536, 99_991, 262_145])('is a bijection for %d', (size) => {
    const permutation = keyedPermutation(size, 'large');
    const seen = new Uint8Array(size);
    for (let index = 0; index < size; index++) seen[permutation(index)]!++;
    expect(seen.every((count) => count === 1)).toBe(true);
  });

  it('stays inside very large domains without collisions among samples', () => {
    for (const size of [634_765_625, 2 ** 40 + 12_345, MAX_PERMUTATION_SIZE]) {
      const permutation = keyedPermutation(size, 'very large');
      const seen = new Set<number>();
      for (let i = 0; i < 20_000; i++) {
        const value = permutation(Math.floor((i * size) / 20_000));
        expect(value >= 0 && value < size).toBe(true);
        seen.add(value);
      }
      expect(seen.size).toBe(20_000);
    }
  });

  it.each([2, 3, 5, 8, 10, 37])('puts every item first equally often over keys (size %d)', (size) => {
    const counts = new Array<number>(size).fill(0);
    for (let key = 0; key < 6000; key++) counts[keyedPermutation(size, `first ${key}`)(0)]!++;
    expect(Math.abs(chiSquareDeviations(counts, 6000))).toBeLessThan(4.5);
  });

  it.each([3, 4, 7, 10])('puts every pair side by side equally often over keys (size %d)', (size) => {
    const counts = new Array<number>(size * size).fill(0);
    for (let key = 0; key < 8000; key++) {
      const permutation = keyedPermutation(size, `pair ${key}`);
      counts[permutation(0) * size + permutation(1)]!++;
    }
    const pairs = counts.filter((_, at) => Math.floor(at / size) !== at % size);
    expect(Math.abs(chiSquareDeviations(pairs, 8000))).toBeLessThan(4.5);
  });

  it('gives every order of three items equally often', () => {
    const orders = new Map<string, number>();
    for (let key = 0; key < 6000; key++) {
      const permutation = keyedPermutation(3, `order ${key}`);
      const order = [0, 1, 2].map(permutation).join();
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    expect(Math.abs(chiSquareDeviations([...orders.values()], 6000))).toBeLessThan(4.5);
  });

  it('refuses sizes and indices that do not exist', () => {
    expect(() => keyedPermutation(0, '')).toThrow(RangeError);
    expect(() => keyedPermutation(2 ** 52 + 1, '')).toThrow(RangeError);
    expect(() => keyedPermutation(10, '')(10)).toThrow(RangeError);
    expect(() => keyedPermutation(10, '')(-1)).toThrow(RangeError);
  });

  it('has not changed its meaning', () => {
    const permutation = keyedPermutation(10, 'golden');
    expect([...Array(10).keys()].map(permutation)).toMatchInlineSnapshot(`
      [
        8,
        9,
        2,
        6,
        3,
        7,
        0,
        4,
        5,
        1,
      ]
    `);
  });
});
