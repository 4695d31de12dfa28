import * as tf from '@tensorflow/tfjs-core';

/**
 * Root-mean-square norm over the last axis: x / sqrt(mean(x^2) + eps) * weight (Zhang and Sennrich 2019).
 * x [N, E], weight [E] -> [N, E].
 */
export function rmsNorm(x: tf.Tensor2D, weight: tf.Tensor1D, eps: number): tf.Tensor2D {
  const meanSquare = tf.mean(tf.square(x), -1, true); // [N, 1]
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, eps))), weight);
}
