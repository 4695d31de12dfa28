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
 * Feeds N tokens at places `position` … `position` + N - 1 of 0 … S - 1 (scalar int32): the next-token logits [V] after token
 * number `last` (scalar int32, 0 … N - 1), and the caches with these places filled. Tokens after `last` fill up the block: what
 * they leave in the cache is hidden from every token before them, and the next tokens take their places. Tokens at places
 * beyond S leave nothing. `tokens` is [N] int32.
 */
export function decodeTokens(
  model: PlanModel,
  ropeTheta: number,
  parameters: DecoderParameters,
  caches: readonly LayerCache[],
  feeds: { readonly tokens: tf.Tensor1D; readonly position: tf.Scalar; readonly last: tf.Scalar },
): { readonly logits: tf.Tensor1D; readonly caches: LayerCache[] } {
  const capacity = caches[0]!.keys.shape[2];
  const { tokens, position, last } = feeds;
  const count = tokens.shape[0]; // N
  const offsets = tf.tensor1d(
    Int32Array.from({ length: count }, (_, offset) => offset),
    'int32',
  );
  const own: tf.Tensor1D = tf.add(offsets, position); // [N]: each token's place
  const inside: tf.Tensor1D = tf.minimum(own, tf.scalar(capacity - 1, 'int32'));
  const rotation = rotationOf(capacity, model.head_size, ropeTheta, tf.reshape(inside, [1, count]));
  const keyPlaces = places(capacity); // [1, 1, 1, S]
  const group = model.heads / model.kv_heads;
  const queryPlaces: tf.Tensor4D = tf.reshape(tf.tile(own, [group]), [1, 1, group * count, 1]); // row (head, token)
  const mask = additiveMask(tf.greater(keyPlaces, queryPlaces)); // [1, 1, G * N, S]
  const entering = enteringAt(tf.reshape(keyPlaces, [capacity, 1]), tf.reshape(own, [1, count]));
  const filled: LayerCache[] = [];
  const states = decoderLayers(model, parameters, tokens, (x, weights, layer) => {
    const { queries, keys, values } = projectToHeads(x, weights, model, 1, rotation);
    const before = caches[layer]!;
    const cache = { keys: put(before.keys, keys, entering), values: put(before.values, values, entering) };
    filled.push(cache);
    return attend({ queries, ...cache }, mask);
  });
  const state: tf.Tensor2D = tf.gather(states, tf.reshape(last, [1]));
  return { logits: tf.reshape(decoderLogits(state, parameters), [model.vocab]), caches: filled };
}

/** Which place takes which token's entry. */
interface Entering {
  /** [1, 1, S, 1]: 1 where a place keeps what it has. */
  readonly kept: tf.Tensor4D;
  /** [1, 1, S, N]: 1 where place and token meet. */
  readonly taken: tf.Tensor4D;
}

function enteringAt(keyPlaces: tf.Tensor2D, own: tf.Tensor2D): Entering {
  const [capacity, count] = [keyPlaces.shape[0], own.shape[1]];
  const taken: tf.Tensor4D = tf.reshape(tf.cast(tf.equal(keyPlaces, own), 'float32'), [1, 1, capacity, count]);
  return { kept: tf.sub(1, tf.sum(taken, -1, true)), taken };
}

/** Writes the entries [1, K, N, H] of the tokens into their places of a cache. */
function put(cache: tf.Tensor4D, entries: tf.Tensor4D, { kept, taken }: Entering): tf.Tensor4D {
  const [, heads, count] = entries.shape;
  const capacity = cache.shape[2];
  const placed: tf.Tensor4D =
    count === 1 ? tf.mul(taken, entries) : tf.matMul(tf.broadcastTo(taken, [1, heads, capacity, count]), entries);
  return tf.add(tf.mul(cache, kept), placed);
}
