import { expect, test } from 'vitest';
import { normalQuantile } from '../../../runtime/model/normal-quantile.ts';

test.each([
  // Python's statistics.NormalDist().inv_cdf
  [0.5, 0],
  [0.6, 0.2533471031357998],
  [0.925, 1.439531470938456],
  [0.975, 1.9599639845400536],
  [1e-4, -3.71901648545568],
  [1e-9, -5.9978070150076865],
  [2 ** -33, -6.337957754553789],
])('the quantile of %d is %d', (p, expected) => {
  expect(Math.abs(normalQuantile(p) - expected)).toBeLessThan(1e-13);
});
