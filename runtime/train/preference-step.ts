import * as tf from '@tensorflow/tfjs-core';
import { headLosses } from '../model/head-loss.ts';
import { predictedTokens, targetsOf } from '../model/loss.ts';
import { microBatchAt, stackMicroBatches } from './micro-batches.ts';
import { type Answers, type PreferenceObjective, pairLosses, preferenceMetricNames } from './preference-loss.ts';
import { type BatchTensors, finalStates, type StepSettings, type TrainingDefinition } from './training-step.ts';

/**
 * Preference learning over pairs: sequences 2p and 2p + 1 of a batch are the chosen and the rejected answer of pair p, each
 * after its prompt, labels on the answers alone. A pair of which nothing is predicted counts for nothing.
 */

/** The parts of a batch that go through the model together, with the sums over the whole batch that means are taken by. */
interface Totals {
  readonly pairs: tf.Scalar;
  readonly chosenTokens: tf.Scalar;
  readonly rejectedTokens: tf.Scalar;
}

/** Mean loss over the pairs of a batch, its gradient in every parameter, and the metrics in the order of their names. */
export function preferenceLossAndGradients(
  definition: TrainingDefinition,
  objective: PreferenceObjective,
  settings: StepSettings,
  parameters: readonly tf.Tensor[],
  batch: BatchTensors,
): { readonly loss: tf.Scalar; readonly gradients: tf.Tensor[]; readonly metrics: tf.Tensor1D } {
  const totals = totalsOf(batch.labels);
  const sequences = batch.tokens.shape[0];
  const size = evenSize(settings.microBatch);
  if (size >= sequences) return partOfMean(definition, objective, settings, parameters, batch, totals);
  const { count: parts, stacked } = stackMicroBatches(batch, size);
  const reference = stackReference(batch.reference!, parts, size);
  const { pairs, chosenTokens, rejectedTokens } = totals;
  const fixed = [...stacked, reference, pairs, chosenTokens, rejectedTokens, ...parameters];
  const zeroMetrics = tf.zeros([preferenceMetricNames.length]);
  const start = [tf.zerosLike(pairs), zeroMetrics, ...parameters.map((each) => tf.zerosLike(each))];
  const [loss, metrics, ...gradients] = definition.repeat(parts, fixed, start, (index, held, before) => {
    const micro = microBatchAt(held.slice(0, stacked.length), index);
    const [references, pairs, chosenTokens, rejectedTokens, ...values] = held.slice(stacked.length);
    const part = { ...micro, reference: tf.gather(references as tf.Tensor2D, index) as tf.Tensor as tf.Tensor1D };
    const whole = { pairs, chosenTokens, rejectedTokens } as Totals;
    const result = partOfMean(definition, objective, settings, values, part, whole);
    const after = [result.loss, result.metrics, ...result.gradients];
    const sums = before.map((sum, i) => tf.add(sum, after[i]!));
    result.metrics.dispose();
    return sums;
  });
  return { loss: loss as tf.Scalar, gradients, metrics: metrics as tf.Tensor1D };
}

/** Sum of the pairs' losses, and their number. */
export function preferenceLossSum(
  definition: TrainingDefinition,
  objective: PreferenceObjective,
  settings: StepSettings,
  parameters: readonly tf.Tensor[],
  batch: BatchTensors,
): { readonly sum: tf.Scalar; readonly count: tf.Scalar } {
  const { pairs } = totalsOf(batch.labels);
  const { losses, weights } = compared(definition, objective, settings, parameters, batch);
  return { sum: tf.sum(tf.mul(losses, weights)), count: pairs };
}

/** Sum of log p over the predicted tokens of each sequence [S]. */
export function sequenceLogps(
  definition: TrainingDefinition,
  settings: StepSettings,
  parameters: readonly tf.Tensor[],
  batch: BatchTensors,
): tf.Tensor1D {
  return sequencesOf(definition, settings, parameters, batch).logps;
}

/** The share of some pairs in the means of a step, and the gradient of their share in the loss. */
function partOfMean(
  definition: TrainingDefinition,
  objective: PreferenceObjective,
  settings: StepSettings,
  parameters: readonly tf.Tensor[],
  part: BatchTensors,
  totals: Totals,
) {
  let metrics: tf.Tensor1D | null = null;
  const share = (...values: tf.Tensor[]): tf.Scalar => {
    const result = compared(definition, objective, settings, values, part);
    // Kept: what is not returned here is freed, and these are wanted beside the gradients.
    metrics = tf.keep(metricsOf(objective, result, totals));
    return tf.div(tf.sum(tf.mul(result.losses, result.weights)), totals.pairs);
  };
  const { value, grads } = tf.valueAndGrads(share)([...parameters]);
  return { loss: value, gradients: grads, metrics: metrics! as tf.Tensor1D };
}

type Compared = ReturnType<typeof compared>;

function compared(
  definition: TrainingDefinition,
  objective: PreferenceObjective,
  settings: StepSettings,
  values: readonly tf.Tensor[],
  batch: BatchTensors,
) {
  const { logps, counts, logits } = sequencesOf(definition, settings, values, batch);
  const lengths: tf.Tensor1D = tf.maximum(counts, 1);
  const scaled = (sums: tf.Tensor1D): Answers => byAnswer(objective.lengthNormalised ? tf.div(sums, lengths) : sums);
  const policy = scaled(logps);
  const reference = scaled(batch.reference!);
  const ratios: Answers = {
    chosen: tf.sub(policy.chosen, reference.chosen),
    rejected: tf.sub(policy.rejected, reference.rejected),
  };
  const tokens = byAnswer(counts);
  const weights: tf.Tensor1D = tf.minimum(tokens.chosen, 1);
  return { losses: pairLosses(objective, ratios), weights, policy, ratios, logits: byAnswer(logits) };
}

/** Per sequence [S]: the sum of log p over predicted tokens, their number, and the sum over them of the mean logit. */
function sequencesOf(
  definition: TrainingDefinition,
  settings: StepSettings,
  values: readonly tf.Tensor[],
  batch: BatchTensors,
): { readonly logps: tf.Tensor1D; readonly counts: tf.Tensor1D; readonly logits: tf.Tensor1D } {
  const { states, output } = finalStates(definition, settings, values, batch);
  const { weights } = predictedTokens(batch.labels);
  const head = { states, output, targets: targetsOf(batch.labels) };
  const blockRows = settings.blocks?.lossRows ?? null;
  const losses = headLosses(head, { kernel: definition.crossEntropy, blockRows });
  const bySequence = (rows: tf.Tensor1D): tf.Tensor1D =>
    tf.sum(tf.reshape(tf.mul(rows, weights), batch.labels.shape), 1);
  // The mean of a row's logits is its state's product with the mean of the output's rows: no [N, V] array is needed.
  const meanOutput = tf.expandDims(tf.mean(output, 0), 1) as tf.Tensor2D; // [E, 1]
  const meanLogits: tf.Tensor1D = tf.reshape(tf.matMul(states, meanOutput), [batch.labels.size]);
  const ones = tf.onesLike(weights);
  return { logps: tf.neg(bySequence(losses)), counts: bySequence(ones), logits: bySequence(meanLogits) };
}

/** [2P] -> the chosen's and the rejected's [P]. */
function byAnswer(values: tf.Tensor1D): Answers {
  const pairs: tf.Tensor2D = tf.reshape(values, [values.size / 2, 2]);
  const column = (place: number): tf.Tensor1D => tf.reshape(tf.slice(pairs, [0, place], [-1, 1]), [values.size / 2]);
  return { chosen: column(0), rejected: column(1) };
}

function metricsOf({ beta }: PreferenceObjective, result: Compared, totals: Totals): tf.Tensor1D {
  const { weights, policy, ratios, logits } = result;
  const mean = (values: tf.Tensor1D): tf.Scalar => tf.div(tf.sum(tf.mul(values, weights)), totals.pairs);
  const [chosen, rejected] = [tf.mul(ratios.chosen, beta), tf.mul(ratios.rejected, beta)] as [tf.Tensor1D, tf.Tensor1D];
  const values = [
    mean(chosen),
    mean(rejected),
    mean(tf.cast(tf.greater(chosen, rejected), 'float32')),
    mean(tf.sub(chosen, rejected)),
    mean(policy.chosen),
    mean(policy.rejected),
    tf.div(tf.sum(logits.chosen), totals.chosenTokens),
    tf.div(tf.sum(logits.rejected), totals.rejectedTokens),
  ];
  return tf.concat(values.map((value): tf.Tensor1D => tf.reshape(value, [1])));
}

function totalsOf(labels: tf.Tensor2D): Totals {
  const { weights } = predictedTokens(labels);
  const tokens = byAnswer(tf.sum(tf.reshape(weights, labels.shape), 1));
  return {
    pairs: tf.sum(tf.minimum(tokens.chosen, 1)),
    chosenTokens: tf.sum(tokens.chosen),
    rejectedTokens: tf.sum(tokens.rejected),
  };
}

/** Pairs are never parted. */
function evenSize(size: number): number {
  return Math.max(2, size - (size % 2));
}

function stackReference(reference: tf.Tensor1D, count: number, size: number): tf.Tensor2D {
  const missing = count * size - reference.size;
  const filled = missing === 0 ? reference : tf.concat([reference, tf.zeros([missing]) as tf.Tensor1D]);
  return tf.reshape(filled, [count, size]);
}
