import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { headLossSum } from '../../../runtime/model/head-loss.ts';
import { plainCrossEntropy, plainCrossEntropyKernel, predictedTokens, targetsOf } from '../../../runtime/model/loss.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';
import { hashedUniform } from '../../support/hashed-numbers.ts';

beforeAll(useEagerBackend);

const vocab = 7;
const logitsOf = (rows: number) => Float32Array.from(hashedUniform(5, rows * vocab), (x) => 6 * x);

/** -log softmax in double precision. */
function reference(logits: ArrayLike<number>, labels: readonly number[]): number[] {
  return labels.map((label, row) => {
    const values = Array.from({ length: vocab }, (_, i) => logits[row * vocab + i]!);
    return Math.log(values.reduce((sum, x) => sum + Math.exp(x), 0)) - values[label]!;
  });
}

describe('plainCrossEntropy', () => {
  it('is -log softmax at the label', () => {
    const labels = [0, 6, 3];
    const logits = logitsOf(3);
    const rows = plainCrossEntropy(tf.tensor2d(logits, [3, vocab]), tf.tensor1d(labels, 'int32')).dataSync();
    reference(logits, labels).forEach((expected, row) => {
      expect(rows[row]).toBeCloseTo(expected, 5);
    });
  });

  it('has the gradient that finite differences give', () => {
    const labels = [2, 2];
    const logits = logitsOf(2);
    const weights = [1, 3];
    const weighted = (values: ArrayLike<number>) =>
      reference(values, labels).reduce((sum, x, row) => sum + x * weights[row]!, 0);
    const gradient = tf
      .grad((x) => tf.sum(tf.mul(plainCrossEntropy(x as tf.Tensor2D, tf.tensor1d(labels, 'int32')), weights)))(
        tf.tensor2d(logits, [2, vocab]),
      )
      .dataSync();
    const step = 1e-4;
    logits.forEach((_, i) => {
      const moved = (by: number) => Array.from(logits, (x, j) => (j === i ? x + by : x));
      expect(gradient[i]).toBeCloseTo((weighted(moved(step)) - weighted(moved(-step))) / (2 * step), 4);
    });
  });

  it('stays finite for logits of any size', () => {
    const rows = plainCrossEntropy(tf.tensor2d([1e4, -1e4, 0], [1, 3]), tf.tensor1d([1], 'int32')).dataSync();
    expect(rows[0]).toBe(2e4);
  });
});

/** Of logits [N, V]: with the identity as the head, states are logits. */
function lossSum(logits: tf.Tensor2D, labels: tf.Tensor2D, weights: tf.Tensor1D): tf.Scalar {
  const head = { states: logits, output: tf.eye(vocab), targets: targetsOf(labels) };
  return headLossSum(head, weights, { kernel: plainCrossEntropyKernel, blockRows: null });
}

describe('the loss of a batch', () => {
  const labels = [
    [1, -100, 3],
    [-100, -100, 6],
  ];

  it('counts predicted tokens only', () => {
    const tensor = tf.tensor2d(labels, [2, 3], 'int32');
    const { weights, count } = predictedTokens(tensor);
    const logits = logitsOf(6);
    const sum = lossSum(tf.tensor2d(logits, [6, vocab]), tensor, weights).dataSync()[0];
    const rows = reference(logits, [1, 0, 3, 0, 0, 6]);
    expect(count.dataSync()[0]).toBe(3);
    expect(sum).toBeCloseTo(rows[0]! + rows[2]! + rows[5]!, 5);
  });

  it('has no gradient where nothing is predicted', () => {
    const tensor = tf.tensor2d(labels, [2, 3], 'int32');
    const { weights } = predictedTokens(tensor);
    const gradient = tf
      .grad((x) => lossSum(x as tf.Tensor2D, tensor, weights))(tf.tensor2d(logitsOf(6), [6, vocab]))
      .arraySync() as number[][];
    gradient.forEach((row, i) => {
      expect(row.every((x) => x === 0)).toBe(labels.flat()[i] === -100);
    });
  });
});
