import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { linear, linearByRows, weightGradient } from '../../../runtime/model/linear.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';

beforeAll(useEagerBackend);

const matrix = (rows: number, columns: number, seed: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(seed + i * 1.7)),
    [rows, columns],
  );

const difference = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;

describe('the gradient of a weight', () => {
  // Narrow on either side, equal, one column, odd, and wide enough for the plain product.
  it.each([
    [6, 5, 9],
    [6, 9, 5],
    [6, 4, 4],
    [6, 1, 3],
    [6, 3, 1],
    [3, 256, 257],
  ])('is a^T b for %d rows, %d and %d columns', (rows, columns, others) => {
    const [a, b] = [matrix(rows, columns, 1), matrix(rows, others, 2)];
    const gradient = weightGradient(a, b);
    expect(gradient.shape).toEqual([columns, others]);
    expect(difference(gradient, tf.matMul(a, b, true))).toBeLessThan(1e-5);
  });
});

describe('a linear layer', () => {
  it.each([
    ['by columns', linear, false],
    ['by rows', linearByRows, true],
  ] as const)('has the value and gradients of the plain product (%s)', (_, layer, byRows) => {
    const [x, weight, upstream] = [matrix(4, 6, 1), byRows ? matrix(3, 6, 2) : matrix(6, 3, 2), matrix(4, 3, 3)];
    const plain = (x: tf.Tensor, weight: tf.Tensor) =>
      tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, byRows);
    expect(difference(layer(x, weight), plain(x, weight))).toBe(0);
    const ours = tf.grads((x, weight) => layer(x as tf.Tensor2D, weight as tf.Tensor2D))([x, weight], upstream);
    const theirs = tf.grads(plain)([x, weight], upstream);
    for (const [i, gradient] of ours.entries()) expect(difference(gradient, theirs[i]!)).toBeLessThan(1e-5);
  });
});
