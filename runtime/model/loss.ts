import * as tf from '@tensorflow/tfjs-core';

/** Where nothing is to be predicted (PyTorch's `ignore_index`). */
export const IGNORED_LABEL = -100;

/**
 * -log softmax(logits)[label] of each row: logits [N, V], labels [N] int32 (all of 0 … V - 1) -> [N], differentiable in the
 * logits. Engines that have a fused kernel give their own.
 */
export type CrossEntropy = (logits: tf.Tensor2D, labels: tf.Tensor1D) => tf.Tensor1D;

/** Cross-entropy in plain ops; its gradient, softmax - one-hot, is written out because it needs one softmax only. */
export const plainCrossEntropy: CrossEntropy = (logits, labels) => {
  const [, vocab] = logits.shape;
  const rows = tf.customGrad((input, save) => {
    const logProbabilities = tf.logSoftmax(input as tf.Tensor2D);
    const target = tf.cast(tf.oneHot(labels, vocab), 'float32'); // [N, V]
    (save as tf.GradSaveFunc)([logProbabilities, target]);
    const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) =>
      tf.mul(tf.sub(tf.exp(saved[0]!), saved[1]!), tf.expandDims(upstream, -1));
    return { value: tf.neg(tf.sum(tf.mul(logProbabilities, target), -1)), gradFunc };
  });
  return rows(logits) as tf.Tensor1D;
};

/** The rows of `labels` [B, T] that are predicted, as float32 weights [B * T], and how many they are (a scalar). */
export function predictedTokens(labels: tf.Tensor2D): { readonly weights: tf.Tensor1D; readonly count: tf.Scalar } {
  const flat: tf.Tensor1D = tf.reshape(labels, [labels.size]);
  const weights: tf.Tensor1D = tf.cast(tf.notEqual(flat, tf.scalar(IGNORED_LABEL, 'int32')), 'float32');
  return { weights, count: tf.sum(weights) };
}

/**
 * Sum of -log p(label) over predicted tokens. A sum, not a mean, so that a batch may be split: the mean is the parts' sums over
 * the parts' counts. logits [B * T, V], labels [B, T], weights as `predictedTokens` gives them.
 */
export function lossSum(
  logits: tf.Tensor2D,
  labels: tf.Tensor2D,
  weights: tf.Tensor1D,
  crossEntropy: CrossEntropy,
): tf.Scalar {
  const targets: tf.Tensor1D = tf.maximum(tf.reshape(labels, [labels.size]), tf.scalar(0, 'int32'));
  return tf.sum(tf.mul(crossEntropy(logits, targets), weights));
}
