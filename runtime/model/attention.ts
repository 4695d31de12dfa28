import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../compiler/plan/index.ts';
import type { LayerParameters } from './decoder-parameters.ts';
import { linear } from './linear.ts';
import { type Rotation, rotate } from './rotary.ts';

/** Queries, keys and values by head. A = heads, K = kv_heads, H = head_size; T places ask, S places are asked. */
export interface Heads {
  readonly queries: tf.Tensor4D; // [B, A, T, H], rotated
  readonly keys: tf.Tensor4D; // [B, K, S, H], rotated
  readonly values: tf.Tensor4D; // [B, K, S, H]
}

/** Projects states x [B * T, E] to heads (with S = T). */
export function projectToHeads(
  x: tf.Tensor2D,
  weights: LayerParameters['attention'],
  model: PlanModel,
  batch: number,
  rotation: Rotation,
): Heads {
  const length = x.shape[0] / batch; // T
  const project = (weight: tf.Tensor2D, heads: number): tf.Tensor4D =>
    tf.transpose(tf.reshape(linear(x, weight), [batch, length, heads, model.head_size]), [0, 2, 1, 3]);
  return {
    queries: rotate(project(weights.query, model.heads), rotation),
    keys: rotate(project(weights.key, model.kv_heads), rotation),
    values: project(weights.value, model.kv_heads),
  };
}

/**
 * Grouped-query attention (Ainslie et al. 2023): each query's mean of the values, weighted by softmax(q k / sqrt(H) + mask).
 * Head a uses key head floor(a / G), G = A / K, as transformers' repeat_kv. Queries of a group are laid out as further rows of
 * their key head, so that keys and values are never repeated in memory. mask [1 or B, 1, G * T, S] -> [B * T, A * H].
 */
export function attend({ queries, keys, values }: Heads, mask: tf.Tensor4D): tf.Tensor2D {
  const [batch, heads, length, size] = queries.shape;
  const keyHeads = keys.shape[1];
  const grouped: tf.Tensor4D = tf.reshape(queries, [batch, keyHeads, (heads / keyHeads) * length, size]); // [B, K, G * T, H]
  const scores = tf.mul(tf.matMul(grouped, keys, false, true), 1 / Math.sqrt(size)); // [B, K, G * T, S]
  const mixed = tf.matMul(tf.softmax(tf.add(scores, mask)), values); // [B, K, G * T, H]
  const perHead: tf.Tensor4D = tf.reshape(mixed, [batch, heads, length, size]); // [B, A, T, H]
  return tf.reshape(tf.transpose(perHead, [0, 2, 1, 3]), [batch * length, heads * size]);
}
