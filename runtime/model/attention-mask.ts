import * as tf from '@tensorflow/tfjs-core';

/** Added to the score of a hidden key: far below any score, so that its weight after softmax is exactly 0 in float32. */
const HIDDEN = -1e9;

/** Additive mask from where keys are hidden: 0 where a query sees a key. */
export function additiveMask(hidden: tf.Tensor4D): tf.Tensor4D {
  return tf.mul(tf.cast(hidden, 'float32'), HIDDEN);
}

/**
 * Additive mask of causal attention for queries in rows (head of the group, time). `documents` [B, T] numbers each place's
 * document, and a query sees its own document only. Built from comparisons: as a constant a [T, T] mask would be stored in
 * every program (190 MB at T = 1,024 in the prototype). -> [1 or B, 1, groupSize * T, T].
 */
export function attentionMask(length: number, groupSize: number, documents: tf.Tensor2D | null): tf.Tensor4D {
  const rows = groupSize * length;
  const queries = Int32Array.from({ length: rows }, (_, row) => row % length);
  const future = tf.greater<tf.Tensor4D>(places(length), tf.tensor4d(queries, [1, 1, rows, 1], 'int32'));
  return additiveMask(documents === null ? future : tf.logicalOr(future, inOtherDocument(documents, groupSize)));
}

/** 0 … length - 1 along the axis of keys: [1, 1, 1, length] int32. */
export function places(length: number): tf.Tensor4D {
  return tf.tensor4d(
    Int32Array.from({ length }, (_, place) => place),
    [1, 1, 1, length],
    'int32',
  );
}

/** [B, T] -> [B, 1, groupSize * T, T]: true where query and key are of different documents. */
function inOtherDocument(documents: tf.Tensor2D, groupSize: number): tf.Tensor4D {
  const [batch, length] = documents.shape;
  const rows = groupSize * length;
  const queries = tf.tile(documents, [1, groupSize]); // row (head, time) at head * T + time
  return tf.notEqual(tf.reshape(queries, [batch, 1, rows, 1]), tf.reshape(documents, [batch, 1, 1, length]));
}
