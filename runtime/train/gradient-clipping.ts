import * as tf from '@tensorflow/tfjs-core';

/** The 2-norm of all gradients taken as one vector. */
export function globalNorm(gradients: readonly tf.Tensor[]): tf.Scalar {
  const squares = gradients.map((gradient): tf.Tensor1D => tf.reshape(tf.sum(tf.square(gradient)), [1]));
  // Not `tf.addN` and not a chain of additions: TensorFlow's graph optimizer turns both into an op that XLA cannot compile.
  return tf.sqrt(tf.sum(tf.concat(squares)));
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
  gradients: readonly tf.Tensor[],
  clipNorm: number | null,
): { readonly norm: tf.Scalar; readonly factor: tf.Scalar } {
  const norm = globalNorm(gradients);
  return { norm, factor: clipNorm === null ? tf.onesLike(norm) : clippingFactor(norm, clipNorm) };
}
