import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import { rowAt, withRow } from '../../engine/stack-rows.ts';
import { decoderLogits } from '../../model/decoder.ts';
import type { DecoderParameters } from '../../model/decoder-parameters.ts';
import type { CrossEntropyKernel } from '../../model/loss.ts';
import type { Repeat } from '../../model/repeat.ts';

/** A batch to score, as tensors. */
export interface ScoringTensors {
  readonly tokens: tf.Tensor2D; // [B, T] int32
  readonly places: tf.Tensor1D; // [N] int32, of 0 … B * T - 1
  readonly labels: tf.Tensor1D; // [N] int32
}

/** Places that attention asks from at a time: a context of 8,192 then needs no array of its square. */
export const scoringQueryBlock = 512;

/** Logits held at a time, in values: 64 MB. */
const logitsAtATime = 2 ** 24;

export interface LabelScoreTensors {
  readonly logProbabilities: tf.Tensor1D; // [N]
  readonly likeliest: tf.Tensor1D; // [N] int32
}

export interface LabelScoring {
  readonly crossEntropy: CrossEntropyKernel;
  /** The loop of an engine that compiles, where it then compiles the head once; null: a part is computed after the other. */
  readonly repeat: Repeat | null;
}

/**
 * Log-probability of each label at its place of `states` [B * T, E], and the likeliest token there, both [N]. Only states at the
 * labels' places go through the head, some hundreds at a time, so memory does not grow with sequence times vocabulary.
 */
export function labelScores(
  model: PlanModel,
  states: tf.Tensor2D,
  parameters: Pick<DecoderParameters, 'output'>,
  { places, labels }: Pick<ScoringTensors, 'places' | 'labels'>,
  { crossEntropy, repeat }: LabelScoring,
): LabelScoreTensors {
  const wanted = tf.gather(states, places); // [N, E]
  const count = places.size;
  const parts = Math.ceil(count / Math.max(1, Math.floor(logitsAtATime / model.vocab)));
  const score = (part: tf.Tensor2D, output: tf.Tensor2D, of: tf.Tensor1D): LabelScoreTensors => {
    const logits = decoderLogits(part, { output }); // [rows, V]
    return {
      logProbabilities: tf.neg(crossEntropy(logits, of).loss),
      likeliest: tf.cast(tf.argMax(logits, -1), 'int32'),
    };
  };
  if (parts === 1) return score(wanted, parameters.output, labels);
  const rows = Math.ceil(count / parts);
  if (repeat !== null) return loopedScores(repeat, { wanted, labels, output: parameters.output, parts, rows }, score);
  const scored = Array.from({ length: parts }, (_, i) => {
    const size = Math.min(rows, count - i * rows);
    const part: tf.Tensor2D = tf.slice(wanted, [i * rows, 0], [size, model.hidden]);
    return score(part, parameters.output, tf.slice(labels, [i * rows], [size]));
  });
  return {
    logProbabilities: tf.concat1d(scored.map((each) => each.logProbabilities)),
    likeliest: tf.concat1d(scored.map((each) => each.likeliest)),
  };
}

interface LoopedScoring {
  readonly wanted: tf.Tensor2D; // [N, E]
  readonly labels: tf.Tensor1D; // [N] int32
  readonly output: tf.Tensor2D; // [V, E]
  readonly parts: number;
  /** Of a part; the last one is filled with zeros. */
  readonly rows: number;
}

/** Rows of stacks are float32: token ids, which are whole numbers below 2^24, are exact in it. */
function loopedScores(
  repeat: Repeat,
  { wanted, labels, output, parts, rows }: LoopedScoring,
  score: (part: tf.Tensor2D, output: tf.Tensor2D, labels: tf.Tensor1D) => LabelScoreTensors,
): LabelScoreTensors {
  const [count, hidden] = wanted.shape;
  const missing = parts * rows - count;
  const filled = missing === 0 ? wanted : tf.concat([wanted, tf.zeros([missing, hidden])], 0);
  const ids = tf.cast(labels, 'float32');
  const filledIds = missing === 0 ? ids : tf.concat([ids, tf.zeros([missing])], 0);
  const fixed = [tf.reshape(filled, [parts, rows, hidden]), tf.reshape(filledIds, [parts, rows]), output];
  const empty = () => tf.zeros([parts, rows]);
  const [logProbabilities, likeliest] = repeat(parts, fixed, [empty(), empty()], (index, held, found) => {
    const of = tf.cast(rowAt(held[1]!, index), 'int32') as tf.Tensor1D;
    const scores = score(rowAt(held[0]!, index) as tf.Tensor2D, held[2] as tf.Tensor2D, of);
    return [
      withRow(found[0]!, index, scores.logProbabilities),
      withRow(found[1]!, index, tf.cast(scores.likeliest, 'float32')),
    ];
  });
  const first = (stack: tf.Tensor): tf.Tensor1D =>
    tf.slice(tf.reshape(stack, [parts * rows]), [0], [count]) as tf.Tensor1D;
  return { logProbabilities: first(logProbabilities!), likeliest: tf.cast(first(likeliest!), 'int32') };
}
