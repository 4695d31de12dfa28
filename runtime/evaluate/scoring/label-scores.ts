import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import { decoderLogits } from '../../model/decoder.ts';
import type { DecoderParameters } from '../../model/decoder-parameters.ts';
import type { CrossEntropyKernel } from '../../model/loss.ts';

/** A batch to score, as tensors. */
export interface ScoringTensors {
  readonly tokens: tf.Tensor2D; // [B, T] int32
  readonly places: tf.Tensor1D; // [N] int32, of 0 … B * T - 1
  readonly labels: tf.Tensor1D; // [N] int32
}

/** Places that attention asks from at a time: a context of 8,192 then needs no array of its square. */
export const scoringQueryBlock = 512;

/**
 * `states`, not before `earlier` is there: nothing else keeps a compiler from computing the logits of all parts at once.
 * What is no number there is none here: the model has diverged, which is found out either way.
 */
function after(earlier: tf.Tensor1D | undefined, states: tf.Tensor2D): tf.Tensor2D {
  return earlier === undefined ? states : tf.add(states, tf.mul(tf.sum(earlier), 0));
}

/** Logits held at a time, in values: 64 MB. */
const logitsAtATime = 2 ** 24;

/**
 * Log-probability of each label at its place of `states` [B * T, E], and the likeliest token there, both [N]. Only states at the labels' places go
 * through the head, some hundreds at a time, so memory does not grow with sequence times vocabulary.
 */
export function labelScores(
  model: PlanModel,
  states: tf.Tensor2D,
  parameters: Pick<DecoderParameters, 'output'>,
  { places, labels }: Pick<ScoringTensors, 'places' | 'labels'>,
  crossEntropy: CrossEntropyKernel,
): { readonly logProbabilities: tf.Tensor1D; readonly likeliest: tf.Tensor1D } {
  const wanted = tf.gather(states, places); // [N, E]
  const count = places.size;
  const rows = Math.max(1, Math.floor(logitsAtATime / model.vocab));
  const logProbabilities: tf.Tensor1D[] = [];
  const likeliest: tf.Tensor1D[] = [];
  for (let from = 0; from < count; from += rows) {
    const size = Math.min(rows, count - from);
    const part: tf.Tensor2D = tf.slice(wanted, [from, 0], [size, model.hidden]);
    const logits = decoderLogits(after(logProbabilities.at(-1), part), parameters); // [size, V]
    logProbabilities.push(tf.neg(crossEntropy(logits, tf.slice(labels, [from], [size])).loss));
    likeliest.push(tf.cast(tf.argMax(logits, -1), 'int32'));
  }
  if (logProbabilities.length === 1) return { logProbabilities: logProbabilities[0]!, likeliest: likeliest[0]! };
  return { logProbabilities: tf.concat1d(logProbabilities), likeliest: tf.concat1d(likeliest) };
}
