import * as tf from '@tensorflow/tfjs-core';
import { rawOp } from './raw-op.ts';

const TYPES = { T: { type: 'float32' }, Tindices: { type: 'int32' } } as const;

/**
 * Row `index` of a stack: [L, …] -> […]. Only in a function that XLA compiles, which reads the row where it lies; without a
 * gradient.
 */
export function rowAt(stack: tf.Tensor, index: tf.Scalar): tf.Tensor {
  const row = stack.shape.slice(1);
  const inputs = [stack, start(stack, index), tf.tensor1d([1, ...row], 'int32')];
  return tf.reshape(rawOp('XlaDynamicSlice', TYPES, inputs, 1)[0]!, row);
}

/**
 * The stack [L, …] with row `index` […] replaced. Only in a function that XLA compiles, which writes it in place in a loop
 * (a scatter copies the whole stack each time); without a gradient.
 */
export function withRow(stack: tf.Tensor, index: tf.Scalar, row: tf.Tensor): tf.Tensor {
  const inputs = [stack, tf.expandDims(row, 0), start(stack, index)];
  return rawOp('XlaDynamicUpdateSlice', TYPES, inputs, 1)[0]!;
}

/** [index, 0, …, 0]: where the row begins. */
function start(stack: tf.Tensor, index: tf.Scalar): tf.Tensor1D {
  return tf.concat([tf.reshape(index, [1]), tf.zeros([stack.rank - 1], 'int32')]) as tf.Tensor1D;
}
