import * as tf from '@tensorflow/tfjs-core';
import { IGNORED_LABEL } from '../model/loss.ts';
import type { BatchTensors } from './training-step.ts';

/** A batch as tensors [K, b, T] of K micro-batches of b sequences, to be given to a loop and taken apart inside it. */
export interface MicroBatches {
  readonly count: number;
  /** Tokens, labels and, with documents, their numbers and positions; each [K, b, T] int32. */
  readonly stacked: readonly tf.Tensor3D[];
}

/**
 * Splits a batch of B sequences into micro-batches of `size`. Where `size` does not divide B the last one is filled up with
 * sequences of which nothing is predicted.
 */
export function stackMicroBatches({ tokens, labels, documents }: BatchTensors, size: number): MicroBatches {
  const [sequences, length] = tokens.shape;
  const count = Math.ceil(sequences / size);
  const stack = (values: tf.Tensor2D, filling: number): tf.Tensor3D => {
    const missing = count * size - sequences;
    const filled = missing === 0 ? values : tf.concat([values, tf.fill([missing, length], filling, 'int32')]);
    return tf.reshape(filled, [count, size, length]);
  };
  const places = documents === null ? [] : [documents.index, documents.position];
  return { count, stacked: [stack(tokens, 0), stack(labels, IGNORED_LABEL), ...places.map((it) => stack(it, 0))] };
}

/** Micro-batch number `index` of `stacked`. */
export function microBatchAt(stacked: readonly tf.Tensor[], index: tf.Scalar): BatchTensors {
  const [tokens, labels, documentIndex, position] = stacked.map(
    (values): tf.Tensor2D => tf.gather(values as tf.Tensor3D, index) as tf.Tensor as tf.Tensor2D,
  );
  const documents = documentIndex === undefined || position === undefined ? null : { index: documentIndex, position };
  return { tokens: tokens!, labels: labels!, documents };
}
