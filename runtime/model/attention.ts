import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../compiler/plan/index.ts';
import type { LayerParameters } from './decoder-parameters.ts';
import { type Rotation, rotate } from './rotary.ts';

/** What all layers share in one pass over a batch. */
export interface AttentionContext {
  readonly batch: number; // B
  readonly length: number; // T
  readonly rotation: Rotation;
  readonly mask: tf.Tensor4D; // [1 or B, 1, G * T, T], attention-mask.ts
}

/**
 * Grouped-query attention (Ainslie et al. 2023). x [B * T, E] -> [B * T, E]. A = heads, K = kv_heads, H = head_size and
 * G = A / K queries to a key: head a uses key head floor(a / G), as transformers' repeat_kv. Queries of a group are laid out as
 * further rows of their key head, so that keys and values are never repeated in memory.
 */
export function attention(
  x: tf.Tensor2D,
  weights: LayerParameters['attention'],
  model: PlanModel,
  { batch, length, rotation, mask }: AttentionContext,
): tf.Tensor2D {
  const { heads, kv_heads: keyHeads, head_size: size } = model;
  const rows = (heads / keyHeads) * length;
  const split = (y: tf.Tensor2D, count: number): tf.Tensor4D =>
    tf.transpose(tf.reshape(y, [batch, length, count, size]), [0, 2, 1, 3]);

  const q = rotate(split(tf.matMul(x, weights.query), heads), rotation); // [B, A, T, H]
  const k = rotate(split(tf.matMul(x, weights.key), keyHeads), rotation); // [B, K, T, H]
  const v = split(tf.matMul(x, weights.value), keyHeads); // [B, K, T, H]

  const grouped: tf.Tensor4D = tf.reshape(q, [batch, keyHeads, rows, size]); // [B, K, G * T, H]
  const scores = tf.mul(tf.matMul(grouped, k, false, true), 1 / Math.sqrt(size)); // [B, K, G * T, T]
  const mixed = tf.matMul(tf.softmax(tf.add(scores, mask)), v); // [B, K, G * T, H]

  const perHead: tf.Tensor4D = tf.reshape(mixed, [batch, heads, length, size]);
  const joined: tf.Tensor2D = tf.reshape(tf.transpose(perHead, [0, 2, 1, 3]), [batch * length, heads * size]);
  return tf.matMul(joined, weights.output);
}
