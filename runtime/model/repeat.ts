import type * as tf from '@tensorflow/tfjs-core';

/**
 * `state = body(index, fixed, state)` for index (scalar int32) 0 … times - 1, and the last state. The body uses nothing from
 * outside but constants; shapes and types of the state stay as they are. It has no gradient. Engines give their own.
 */
export type Repeat = (
  times: number,
  fixed: readonly tf.Tensor[],
  state: readonly tf.Tensor[],
  body: (index: tf.Scalar, fixed: readonly tf.Tensor[], state: readonly tf.Tensor[]) => readonly tf.Tensor[],
) => tf.Tensor[];
