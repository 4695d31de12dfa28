import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadFallbackEngine } from '../../../runtime/engine/fallback.ts';

const numbers = (length: number, seed = 0) =>
  Float32Array.from({ length }, (_, index) => (((index + seed) * 7919 + 13) % 1009) / 1009 - 0.5);

/** The product written out, as the thing to compare with: [..., m, k] x [..., k, n]. */
function plainProduct(a: number[][], b: number[][]): number[] {
  return a.flatMap((row) => b[0]!.map((_, column) => row.reduce((sum, x, at) => sum + x * b[at]![column]!, 0)));
}

describe('the WebAssembly engine', () => {
  beforeAll(async () => {
    await loadFallbackEngine();
  });

  afterAll(() => {
    tf.disposeVariables();
  });

  test('is the current backend', () => {
    expect(tf.getBackend()).toBe('wasm');
  });

  test('one-hot in float32 has ones', () => {
    const hot = tf.oneHot(tf.tensor1d([1, 0, 3], 'int32'), 3, 1, 0, 'float32');
    expect(hot.dtype).toBe('float32');
    expect([...hot.dataSync()]).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 0]);
    expect([...tf.oneHot(tf.tensor1d([1], 'int32'), 2).dataSync()]).toEqual([0, 1]);
  });

  test('the gradient of a lookup adds up rows that were read twice', () => {
    const ids = tf.tensor1d([1, 1, 2], 'int32');
    const gradient = tf.grad((x) => tf.sum(tf.square(tf.gather(x, ids))));
    expect([...gradient(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])).dataSync()]).toEqual([0, 0, 12, 16, 10, 12]);
  });

  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    test(`batched products are right (${transposeA ? 'left transposed' : 'left as is'}, ${transposeB ? 'right transposed' : 'right as is'})`, () => {
      const [batch, m, k, n] = [6, 3, 4, 5];
      const a = tf.tensor(numbers(batch * m * k), transposeA ? [2, 3, k, m] : [2, 3, m, k]);
      const b = tf.tensor(numbers(batch * k * n, 7), transposeB ? [2, 3, n, k] : [2, 3, k, n]);
      const before = [tf.memory().numTensors, tf.backend().numDataIds()];
      const product = tf.matMul(a, b, transposeA, transposeB);
      expect(product.shape).toEqual([2, 3, m, n]);
      const turn = (x: number[][]) => x[0]!.map((_, at) => x.map((row) => row[at]!));
      const matrices = (x: tf.Tensor) => (x.arraySync() as number[][][][]).flat();
      const expected = matrices(a).flatMap((left, index) => {
        const right = matrices(b)[index]!;
        return plainProduct(transposeA ? turn(left) : left, transposeB ? turn(right) : right);
      });
      for (const [at, value] of product.dataSync().entries()) expect(value).toBeCloseTo(expected[at]!, 5);
      product.dispose();
      expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
    });
  }

  test('a step of training keeps the number of tensors, and agrees with the plain JavaScript backend', async () => {
    const step = (ids: tf.Tensor1D, labels: tf.Tensor1D, embedding: tf.Tensor, weight: tf.Tensor) =>
      tf.valueAndGrads((e: tf.Tensor, w: tf.Tensor) => {
        const hidden = tf.reshape(tf.gather(e, ids), [2, 3, 4]);
        const scores = tf.softmax(tf.matMul(hidden, hidden, false, true));
        const logits = tf.matMul(tf.reshape(tf.matMul(scores, hidden), [6, 4]) as tf.Tensor2D, w as tf.Tensor2D);
        return tf.neg(tf.mean(tf.mul(tf.logSoftmax(logits), tf.oneHot(labels, 5, 1, 0, 'float32')))) as tf.Scalar;
      })([embedding, weight]);
    const run = () =>
      tf.tidy(() => {
        const ids = tf.tensor1d([0, 1, 1, 2, 6, 6], 'int32');
        const labels = tf.tensor1d([0, 1, 2, 3, 4, 0], 'int32');
        const { value, grads } = step(ids, labels, tf.tensor(numbers(28), [7, 4]), tf.tensor(numbers(20, 5), [4, 5]));
        return [value, ...grads].map((tensor) => Array.from(tensor.dataSync()));
      });
    const first = run();
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    for (let round = 0; round < 20; round++) expect(run()).toEqual(first);
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);

    createRequire(import.meta.url)('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend('cpu');
    const expected = run();
    await tf.setBackend('wasm');
    for (const [at, value] of expected.flat().entries()) expect(first.flat()[at]).toBeCloseTo(value, 5);
  });
});
