import * as tf from '@tensorflow/tfjs-core';
import { squaredSum } from './squared-sum.ts';

/** The 2-norm of all gradients taken as one vector. */
export function globalNorm(gradients: readonly tf.Tensor[]): tf.Scalar {
  return normOf([sumOfSquares(gradients)]);
}

/** Sum of the squares of all gradients' values: [1]. */
export function sumOfSquares(gradients: readonly tf.Tensor[]): tf.Tensor1D {
  return total(gradients.map(squaredSum));
}

/** The 2-norm of vectors taken as one, of their sums of squares [1]. */
export function normOf(sums: readonly tf.Tensor1D[]): tf.Scalar {
  return tf.sqrt(tf.reshape(total(sums), []));
}

/** Not `tf.addN` and not a chain of additions: TensorFlow's graph optimizer turns both into an op that XLA cannot compile. */
function total(sums: readonly tf.Tensor1D[]): tf.Tensor1D {
  return sums.length === 1 ? sums[0]! : tf.sum(tf.concat([...sums]), 0, true);
}

/**
 * The factor that brings gradients of this global norm to `clipNorm` at most: min(1, clipNorm / (norm + 1e-6)), as
 * torch.nn.utils.clip_grad_norm_ computes it.
 */
export function clippingFactor(norm: tf.Scalar, clipNorm: number): tf.Scalar {
  return tf.minimum(tf.div(clipNorm, tf.add(norm, 1e-6)), 1);
}

/** The norm, and the factor that clips gradients to `clipNorm`; 1 where it is null. */
export function clipping(
  norm: tf.Scalar,
  clipNorm: number | null,
): { readonly norm: tf.Scalar; readonly factor: tf.Scalar } {
  return { norm, factor: clipNorm === null ? tf.onesLike(norm) : clippingFactor(norm, clipNorm) };
}
