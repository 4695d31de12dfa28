import * as tf from '@tensorflow/tfjs-core';

/** Where nothing is to be predicted (PyTorch's `ignore_index`). */
export const IGNORED_LABEL = -100;

/** -log softmax(logits)[label] of each row, differentiable in the logits: logits [N, V], labels [N] int32 (0 … V - 1) -> [N]. */
export type CrossEntropy = (logits: tf.Tensor2D, labels: tf.Tensor1D) => tf.Tensor1D;

/**
 * The same loss [N] beside its gradient in the logits [N, V], softmax - one-hot; neither is differentiable. Engines that have a
 * fused kernel give their own.
 */
export type CrossEntropyKernel = (
  logits: tf.Tensor2D,
  labels: tf.Tensor1D,
) => { readonly loss: tf.Tensor1D; readonly gradient: tf.Tensor2D };

/** Makes a kernel's loss differentiable; it keeps the kernel's gradient, one array as large as the logits. */
export function crossEntropyBy(kernel: CrossEntropyKernel): CrossEntropy {
  return (logits, labels) => {
    const rows = tf.customGrad((input, save) => {
      const { loss, gradient } = kernel(input as tf.Tensor2D, labels);
      (save as tf.GradSaveFunc)([gradient]);
      const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0]!, tf.expandDims(upstream, -1));
      return { value: loss, gradFunc };
    });
    return rows(logits) as tf.Tensor1D;
  };
}

/** Cross-entropy in plain ops, for any TensorFlow.js backend. */
export const plainCrossEntropyKernel: CrossEntropyKernel = (logits, labels) => {
  const logProbabilities: tf.Tensor2D = tf.logSoftmax(logits);
  const target: tf.Tensor2D = tf.cast(tf.oneHot(labels, logits.shape[1]) as tf.Tensor2D, 'float32'); // [N, V]
  const loss: tf.Tensor1D = tf.neg(tf.sum(tf.mul(logProbabilities, target), -1));
  const probabilities: tf.Tensor2D = tf.exp(logProbabilities);
  return { loss, gradient: tf.sub(probabilities, target) };
};

export const plainCrossEntropy: CrossEntropy = crossEntropyBy(plainCrossEntropyKernel);

/** The rows of `labels` [B, T] that are predicted, as float32 weights [B * T], and how many they are (a scalar). */
export function predictedTokens(labels: tf.Tensor2D): { readonly weights: tf.Tensor1D; readonly count: tf.Scalar } {
  const flat: tf.Tensor1D = tf.reshape(labels, [labels.size]);
  const weights: tf.Tensor1D = tf.cast(tf.notEqual(flat, tf.scalar(IGNORED_LABEL, 'int32')), 'float32');
  return { weights, count: tf.sum(weights) };
}

/** Labels [B, T] as the rows' targets [B * T]: where nothing is predicted, 0 stands for the label that is ignored. */
export function targetsOf(labels: tf.Tensor2D): tf.Tensor1D {
  return tf.maximum(tf.reshape(labels, [labels.size]), tf.scalar(0, 'int32'));
}
