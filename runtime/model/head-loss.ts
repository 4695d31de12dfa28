import * as tf from '@tensorflow/tfjs-core';
import { linearByRows, weightGradient } from './linear.ts';
import { type CrossEntropyKernel, crossEntropyBy } from './loss.ts';

/** How the loss of a head is computed; every choice gives the same numbers within rounding. */
export interface LossMethod {
  readonly kernel: CrossEntropyKernel;
  /**
   * Rows whose logits are held at a time, so that no array of [N, V] exists; null for all of them at once. At V = 49,152 a
   * row of logits is 197 kB, and training holds two to three arrays of them.
   */
  readonly blockRows: number | null;
}

/** What a head's loss is taken of. The logits are states output^T. */
export interface Head {
  readonly states: tf.Tensor2D; // [N, E]
  readonly output: tf.Tensor2D; // [V, E]
  readonly targets: tf.Tensor1D; // [N] int32, all of 0 … V - 1
}

/**
 * Sum of weight * -log p(target) over rows, differentiable in states and output; weights [N]. A sum, not a mean, so that a
 * batch may be split: the mean is the parts' sums over the parts' counts.
 * In blocks, each block's gradient is made beside its loss, from the same logits, and only scaled afterwards.
 */
export function headLossSum({ states, output, targets }: Head, weights: tf.Tensor1D, method: LossMethod): tf.Scalar {
  const { kernel, blockRows } = method;
  if (blockRows === null || blockRows >= states.shape[0]) {
    return tf.sum(tf.mul(crossEntropyBy(kernel)(linearByRows(states, output), targets), weights));
  }
  const sum = tf.customGrad((...inputs) => {
    const [states, output, save] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    const blocks = rowBlocks(states.shape[0], blockRows).map((block) =>
      blockResult({ states, output, targets }, weights, block, kernel),
    );
    save([tf.concat(blocks.map((block) => block.statesGradient)), total(blocks.map((block) => block.outputGradient))]);
    const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) => saved.map((gradient) => tf.mul(gradient, upstream));
    return { value: tf.sum(tf.mul(tf.concat(blocks.map((block) => block.loss)), weights)), gradFunc };
  });
  return sum(states, output) as tf.Scalar;
}

/**
 * -log p(target) of each row [N], differentiable in states and output, for losses that are no plain sum (preference learning
 * compares sums over sequences). In blocks, the backward pass computes each block's logits again.
 */
export function headLosses({ states, output, targets }: Head, { kernel, blockRows }: LossMethod): tf.Tensor1D {
  if (blockRows === null || blockRows >= states.shape[0]) {
    return crossEntropyBy(kernel)(linearByRows(states, output), targets);
  }
  const rows = tf.customGrad((...inputs) => {
    const [states, output, save] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    const ranges = rowBlocks(states.shape[0], blockRows);
    save([states, output, targets]);
    const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) => {
      const [states, output, targets] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
      const blocks = ranges.map((range) =>
        blockResult({ states, output, targets }, upstream as tf.Tensor1D, range, kernel),
      );
      return [
        tf.concat(blocks.map((block) => block.statesGradient)),
        total(blocks.map((block) => block.outputGradient)),
      ];
    };
    const losses = ranges.map((range) => {
      return kernel(logitsOf(rowsOf(states, range), output), rowsOf(targets, range)).loss;
    });
    return { value: tf.concat(losses), gradFunc };
  });
  return rows(states, output) as tf.Tensor1D;
}

interface RowRange {
  readonly from: number;
  readonly end: number;
}

function rowBlocks(rows: number, blockRows: number): RowRange[] {
  return Array.from({ length: Math.ceil(rows / blockRows) }, (_, block) => ({
    from: block * blockRows,
    end: Math.min(rows, (block + 1) * blockRows),
  }));
}

/** Losses of a block's rows, and the gradients of their sum weighted by `weights`. */
function blockResult(
  { states, output, targets }: Head,
  weights: tf.Tensor1D,
  range: RowRange,
  kernel: CrossEntropyKernel,
) {
  const rows = rowsOf(states, range);
  const { loss, gradient } = kernel(logitsOf(rows, output), rowsOf(targets, range));
  const logitsGradient: tf.Tensor2D = tf.mul(gradient, tf.expandDims(rowsOf(weights, range), -1)); // [rows, V]
  return {
    loss,
    statesGradient: tf.matMul(logitsGradient, output), // [rows, E]
    outputGradient: weightGradient(logitsGradient, rows), // [V, E]
  };
}

function rowsOf<T extends tf.Tensor>(x: T, { from, end }: RowRange): T {
  return tf.slice(x, from, end - from);
}

/** Without `linear`'s gradient: inside a custom gradient, nothing else is differentiated. */
function logitsOf(states: tf.Tensor2D, output: tf.Tensor2D): tf.Tensor2D {
  return tf.matMul(states, output, false, true);
}

/** One after the other, so that no more than two are needed at a time. */
function total(parts: readonly tf.Tensor[]): tf.Tensor {
  return parts.reduce((sum, part) => tf.add(sum, part));
}
