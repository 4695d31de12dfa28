import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import { attend, projectToHeads } from '../attention.ts';
import { additiveMask, places } from '../attention-mask.ts';
import { decoderLayers, decoderLogits } from '../decoder.ts';
import type { DecoderParameters } from '../decoder-parameters.ts';
import { rotationOf } from '../rotary.ts';

/** Keys and values of one layer at every place so far; places not reached yet hold zeros. S = capacity. */
export interface LayerCache {
  readonly keys: tf.Tensor4D; // [1, K, S, H], rotated
  readonly values: tf.Tensor4D; // [1, K, S, H]
}

/** [1, K, S, H] of every cache tensor. */
export function cacheShape(model: PlanModel, capacity: number): [number, number, number, number] {
  return [1, model.kv_heads, capacity, model.head_size];
}

/**
 * Feeds one token at `position` (of 0 … S - 1, scalar int32): the next token's logits [V], and the caches with this place
 * filled. `token` is [1] int32.
 */
export function decodeToken(
  model: PlanModel,
  ropeTheta: number,
  parameters: DecoderParameters,
  caches: readonly LayerCache[],
  token: tf.Tensor1D,
  position: tf.Scalar,
): { readonly logits: tf.Tensor1D; readonly caches: LayerCache[] } {
  const capacity = caches[0]!.keys.shape[2];
  const rotation = rotationOf(capacity, model.head_size, ropeTheta, tf.reshape(position, [1, 1]));
  const keyPlaces = places(capacity); // [1, 1, 1, S]
  const mask = additiveMask(tf.greater(keyPlaces, position));
  const here: tf.Tensor4D = tf.cast(tf.equal(tf.reshape(keyPlaces, [1, 1, capacity, 1]), position), 'float32');
  const filled: LayerCache[] = [];
  const states = decoderLayers(model, parameters, token, (x, weights, layer) => {
    const { queries, keys, values } = projectToHeads(x, weights, model, 1, rotation);
    const cache = { keys: put(caches[layer]!.keys, keys, here), values: put(caches[layer]!.values, values, here) };
    filled.push(cache);
    return attend({ queries, ...cache }, mask);
  });
  return { logits: tf.reshape(decoderLogits(states, parameters), [model.vocab]), caches: filled };
}

/** Writes `entry` [1, K, 1, H] into the place where `here` [1, 1, S, 1] is 1. */
function put(cache: tf.Tensor4D, entry: tf.Tensor4D, here: tf.Tensor4D): tf.Tensor4D {
  return tf.add(tf.mul(cache, tf.sub(1, here)), tf.mul(entry, here));
}
