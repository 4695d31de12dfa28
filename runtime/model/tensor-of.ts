import * as tf from '@tensorflow/tfjs-core';
import type { NamedArray } from './types.ts';

/** A tensor with a copy of the values: some backends keep the array that they are given. */
export function tensorOf({ values, shape }: NamedArray): tf.Tensor {
  return tf.tensor(values.slice(), [...shape], 'float32');
}
