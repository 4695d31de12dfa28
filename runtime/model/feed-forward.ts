import * as tf from '@tensorflow/tfjs-core';
import type { LayerParameters } from './decoder-parameters.ts';
import { linear } from './linear.ts';

/** SwiGLU (Shazeer 2020): (silu(x gate) * (x up)) down. x [N, E] -> [N, E]. */
export function feedForward(x: tf.Tensor2D, weights: LayerParameters['feedForward']): tf.Tensor2D {
  const gate = linear(x, weights.gate); // [N, F]
  const activation = tf.mul(gate, tf.sigmoid(gate)); // silu
  return linear(tf.mul(activation, linear(x, weights.up)), weights.down);
}
