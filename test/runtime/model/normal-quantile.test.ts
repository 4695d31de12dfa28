import { expect, test } from 'vitest';
import { fillNormal, normalQuantile } from '../../../runtime/model/normal-quantile.ts';

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

test('words give quantiles within 1e-6, at the ends and between, the greater the word the greater the value', () => {
  const words = Uint32Array.from({ length: 100_000 }, (_, i) => Math.round((i / 99_999) * (2 ** 32 - 1)));
  const values = new Float32Array(words.length);
  fillNormal(values, words, 1);
  values.forEach((value, i) => {
    const exact = normalQuantile((words[i]! + 0.5) / 2 ** 32);
    if (Math.abs(value - exact) > 1e-6) throw new Error(`word ${words[i]} gives ${value}, not ${exact}`);
    if (i > 0 && value < values[i - 1]!) throw new Error(`word ${words[i]} gives less than the one before`);
  });
  expect(values[0]).toBeCloseTo(-6.338, 3);
  expect(values.at(-1)).toBeCloseTo(6.338, 3);
});
