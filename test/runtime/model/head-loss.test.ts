import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Head, headLosses, headLossSum } from '../../../runtime/model/head-loss.ts';
import { plainCrossEntropyKernel } from '../../../runtime/model/loss.ts';
import { useEagerBackend } from '../../support/eager-backend.ts';
import { hashedUniform } from '../../support/hashed-numbers.ts';

beforeAll(useEagerBackend);

const [rows, hidden, vocab] = [11, 6, 9];
const targets = Int32Array.from({ length: rows }, (_, row) => (row * 5) % vocab);
const weights = Float32Array.from({ length: rows }, (_, row) => (row === 4 ? 0 : 1 + row / 8));
const method = (blockRows: number | null) => ({ kernel: plainCrossEntropyKernel, blockRows });

type Loss = (head: Head, weights: tf.Tensor1D, blockRows: number | null) => tf.Scalar;

const sum: Loss = (head, w, blockRows) => headLossSum(head, w, method(blockRows));

/** Not linear in the rows' losses: each row's gradient is scaled by what comes after it. */
const squares: Loss = (head, w, blockRows) => tf.sum(tf.mul(tf.square(headLosses(head, method(blockRows))), w));

function evaluate(loss: Loss, blockRows: number | null) {
  return tf.tidy(() => {
    const states = tf.tensor2d(
      Float32Array.from(hashedUniform(1, rows * hidden), (x) => 3 * x),
      [rows, hidden],
    );
    const output = tf.tensor2d(Float32Array.from(hashedUniform(2, vocab * hidden)), [vocab, hidden]);
    const w = tf.tensor1d(weights);
    const of = (s: tf.Tensor, o: tf.Tensor) => {
      const head = { states: s as tf.Tensor2D, output: o as tf.Tensor2D, targets: tf.tensor1d(targets, 'int32') };
      return loss(head, w, blockRows);
    };
    const { value, grads } = tf.valueAndGrads(of)([states, output]);
    return [value, ...grads].map((tensor) => Array.from(tensor.dataSync()));
  });
}

describe.each([
  ['the sum of a head', sum],
  ['the rows of a head', squares],
])('%s', (_, loss) => {
  it.each([1, 4, 10, 11, 50])('have equal values and gradients in blocks of %i rows', (blockRows) => {
    const whole = evaluate(loss, null);
    const blocks = evaluate(loss, blockRows);
    whole.forEach((values, i) => {
      values.forEach((x, at) => {
        expect(blocks[i]![at]).toBeCloseTo(x, 4);
      });
    });
  });

  it('leave no tensors behind', () => {
    const before = tf.memory().numTensors;
    evaluate(loss, 4);
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('a row of weight 0 has no gradient, in blocks or not', () => {
  for (const blockRows of [null, 4]) {
    const gradient = evaluate(sum, blockRows)[1]!;
    expect(gradient.slice(4 * hidden, 5 * hidden)).toEqual(Array(hidden).fill(0));
    expect(gradient.slice(0, hidden)).not.toEqual(Array(hidden).fill(0));
  }
});
