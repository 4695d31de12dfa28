import type * as tf from '@tensorflow/tfjs-core';
import { rawOp } from './raw-op.ts';

/**
 * -log softmax(logits)[label] of each row [N] and its gradient in the logits [N, V], by TensorFlow's fused kernel: logits
 * [N, V], labels [N] int32 in 0 … V - 1. In a trace or eagerly on `tensorflow`; on other backends it throws.
 */
export function fusedCrossEntropyKernel(logits: tf.Tensor2D, labels: tf.Tensor1D) {
  const attributes = { T: { type: 'float32' }, Tlabels: { type: 'int32' } } as const;
  const [loss, gradient] = rawOp('SparseSoftmaxCrossEntropyWithLogits', attributes, [logits, labels], 2);
  return { loss: loss as tf.Tensor1D, gradient: gradient as tf.Tensor2D };
}
