import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { squaredSum } from '../../../runtime/train/squared-sum.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';

beforeAll(useEagerBackend);

/** Deterministic values in -1 … 1. */
const values = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => Math.sin(1 + i * 12.9898));
const exact = (x: Float32Array): number => x.reduce((sum, value) => sum + value * value, 0);

describe('the sum of squares', () => {
  it.each([1, 7, 2 ** 14 - 16, 2 ** 14, 2 ** 14 + 16, 3 * 2 ** 16, 99_999])(
    'of %d values is that of float64',
    async (size) => {
      const x = values(size);
      const [sum] = await squaredSum(tf.tensor1d(x)).data();
      expect(Math.abs(sum! / exact(x) - 1)).toBeLessThan(1e-5);
    },
  );

  it('is of all values, whatever the shape', async () => {
    const x = values(2 ** 15);
    const [flat] = await squaredSum(tf.tensor1d(x)).data();
    const [cube] = await squaredSum(tf.tensor(x, [32, 32, 32])).data();
    expect(cube).toBe(flat);
  });
});
