import * as tf from '@tensorflow/tfjs-core';
import { rawOp } from './raw-op.ts';

/**
 * -log softmax(logits)[label] of each row, by TensorFlow's fused kernel, which gives loss and gradient together: logits
 * [N, V], labels [N] int32 in 0 … V - 1 -> [N], differentiable in the logits. In a trace or eagerly on `tensorflow`; on other
 * backends it throws.
 */
export function fusedCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
  const attributes = { T: { type: 'float32' }, Tlabels: { type: 'int32' } } as const;
  const rows = tf.customGrad((input, save) => {
    const [loss, gradient] = rawOp('SparseSoftmaxCrossEntropyWithLogits', attributes, [input as tf.Tensor, labels], 2);
    (save as tf.GradSaveFunc)([gradient as tf.Tensor]);
    return {
      value: loss as tf.Tensor,
      gradFunc: (upstream: tf.Tensor, saved: tf.Tensor[]) => tf.mul(saved[0] as tf.Tensor, tf.expandDims(upstream, -1)),
    };
  });
  return rows(logits) as tf.Tensor1D;
}
