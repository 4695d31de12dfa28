import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel, PlanOptimizer } from '../../compiler/plan/index.ts';
import { type DecoderInputs, decoderStates, loopedDecoderStates } from '../model/decoder.ts';
import { decoderParameters, stackedDecoderParameters } from '../model/decoder-parameters.ts';
import { headLossSum } from '../model/head-loss.ts';
import { type CrossEntropyKernel, predictedTokens, targetsOf } from '../model/loss.ts';
import { type ParameterSpec, parameterLayout, stackedLayout } from '../model/parameters.ts';
import type { Repeat } from '../model/repeat.ts';
import type { BlockSizes } from '../model/types.ts';
import { type AdamwSlots, adamwUpdate, isDecayed, type StepFactors } from './adamw.ts';
import { clipping, globalNorm } from './gradient-clipping.ts';
import type { MemoryPolicy } from './memory-policy.ts';
import { microBatchAt, stackMicroBatches } from './micro-batches.ts';
import type { PreferenceObjective } from './preference-loss.ts';
import { preferenceLossAndGradients, preferenceLossSum } from './preference-step.ts';

/** The computation of a training program, apart from what runs it. */
export interface TrainingDefinition {
  readonly model: PlanModel;
  readonly optimizer: PlanOptimizer;
  /** Gradients are clipped to this global norm; null for no clipping. */
  readonly clipNorm: number | null;
  readonly crossEntropy: CrossEntropyKernel;
  readonly repeat: Repeat;
  /** Unset: every layer by itself. A loop needs an engine whose `repeat` is one, and stacked parameters. */
  readonly layers?: MemoryPolicy['layers'] | undefined;
  /** Set in preference learning: then a batch holds pairs, and the loss compares them. */
  readonly preference?: PreferenceObjective | undefined;
}

/** What else a step of one shape is computed with. */
export interface StepSettings {
  readonly ropeTheta: number;
  /** Sequences that are computed at a time, one part after the other, so that a large batch fits in memory. */
  readonly microBatch: number;
  /** Unset: nothing is computed in blocks. */
  readonly blocks?: BlockSizes | undefined;
}

/** What a step learns from, as tensors. */
export interface BatchTensors extends DecoderInputs {
  readonly labels: tf.Tensor2D; // [B, T] int32
  /** In preference learning: the reference model's log-likelihood of each sequence. */
  readonly reference?: tf.Tensor1D; // [B]
}

/** Parameters and their slots, each in the order of `programLayout`. */
export interface TrainingState {
  readonly parameters: readonly tf.Tensor[];
  readonly slots: readonly AdamwSlots[];
}

/** Sum of -log p over the predicted tokens of a batch, and their number; of pairs, of their losses. */
export function batchLoss(
  definition: TrainingDefinition,
  settings: StepSettings,
  parameters: readonly tf.Tensor[],
  batch: BatchTensors,
): { readonly sum: tf.Scalar; readonly count: tf.Scalar } {
  const { preference } = definition;
  if (preference) return preferenceLossSum(definition, preference, settings, parameters, batch);
  const { weights, count } = predictedTokens(batch.labels);
  if (isWhole(settings, batch))
    return { sum: weightedLossSum(definition, settings, parameters, batch, weights), count };
  const { count: parts, stacked } = stackMicroBatches(batch, settings.microBatch);
  const fixed = [...stacked, ...parameters];
  const [sum] = definition.repeat(parts, fixed, [tf.zerosLike(count)], (index, held, [before]) => {
    const part = microBatchAt(held.slice(0, stacked.length), index);
    const values = held.slice(stacked.length);
    const { weights } = predictedTokens(part.labels);
    return [tf.add(before!, weightedLossSum(definition, settings, values, part, weights))];
  });
  return { sum: sum as tf.Scalar, count };
}

/** Mean loss over the predicted tokens, or over the pairs with their metrics, and its gradient in every parameter. */
export function lossAndGradients(
  definition: TrainingDefinition,
  settings: StepSettings,
  parameters: readonly tf.Tensor[],
  batch: BatchTensors,
): { readonly loss: tf.Scalar; readonly gradients: tf.Tensor[]; readonly metrics?: tf.Tensor1D } {
  const { preference } = definition;
  if (preference) return preferenceLossAndGradients(definition, preference, settings, parameters, batch);
  const { count } = predictedTokens(batch.labels);
  if (isWhole(settings, batch)) return partOfMean(definition, settings, parameters, batch, count);
  const { count: parts, stacked } = stackMicroBatches(batch, settings.microBatch);
  const fixed = [...stacked, count, ...parameters];
  const start = [count, ...parameters].map((tensor) => tf.zerosLike(tensor));
  const [loss, ...gradients] = definition.repeat(parts, fixed, start, (index, held, [lossBefore, ...before]) => {
    const part = microBatchAt(held.slice(0, stacked.length), index);
    const [counted, ...values] = held.slice(stacked.length);
    const result = partOfMean(definition, settings, values, part, counted as tf.Scalar);
    return [tf.add(lossBefore!, result.loss), ...before.map((sum, i) => tf.add(sum, result.gradients[i]!))];
  });
  return { loss: loss as tf.Scalar, gradients };
}

const isWhole = ({ microBatch }: StepSettings, { tokens }: BatchTensors): boolean => microBatch >= tokens.shape[0];

/**
 * The share of some sequences in the mean loss over all `count` predicted tokens of a step, and that share's gradient. The
 * shares of a step's parts add up to its loss, however unequal their numbers of tokens are.
 */
function partOfMean(
  definition: TrainingDefinition,
  settings: StepSettings,
  parameters: readonly tf.Tensor[],
  part: BatchTensors,
  count: tf.Scalar,
): { readonly loss: tf.Scalar; readonly gradients: tf.Tensor[] } {
  // Computed outside the differentiated function, which frees what it makes and does not return.
  const { weights } = predictedTokens(part.labels);
  const share = (...values: tf.Tensor[]): tf.Scalar =>
    tf.div(weightedLossSum(definition, settings, values, part, weights), count);
  const { value, grads } = tf.valueAndGrads(share)([...parameters]);
  return { loss: value, gradients: grads };
}

/** One optimizer step: the loss before it, the gradients' norm before clipping, and the state after it. */
export function trainingStep(
  definition: TrainingDefinition,
  settings: StepSettings,
  state: TrainingState,
  batch: BatchTensors,
  factors: StepFactors<tf.Scalar>,
): {
  readonly loss: tf.Scalar;
  readonly gradientNorm: tf.Scalar;
  readonly state: TrainingState;
  readonly metrics?: tf.Tensor1D;
} {
  const { loss, gradients, metrics } = lossAndGradients(definition, settings, state.parameters, batch);
  const { norm, factor } = clipping(globalNorm(gradients), definition.clipNorm);
  const clip = definition.clipNorm === null ? null : factor;
  const after = optimizerUpdates(definition, programLayout(definition), state, gradients, clip, factors);
  return { loss, gradientNorm: norm, state: after, ...(metrics && { metrics }) };
}

/** The optimizer's step of some parameters, all given in the order of `specs`; `clip` scales the gradients. */
export function optimizerUpdates(
  { optimizer }: TrainingDefinition,
  specs: readonly ParameterSpec[],
  { parameters, slots }: TrainingState,
  gradients: readonly tf.Tensor[],
  clip: tf.Scalar | null,
  factors: StepFactors<tf.Scalar>,
): TrainingState {
  const updates = specs.map(({ group }, i) => {
    const gradient = clip === null ? gradients[i]! : tf.mul(gradients[i]!, clip);
    return adamwUpdate(parameters[i]!, gradient, slots[i]!, optimizer, factors, isDecayed(group, optimizer));
  });
  return { parameters: updates.map(({ parameter }) => parameter), slots: updates.map(({ slots }) => slots) };
}

function weightedLossSum(
  definition: TrainingDefinition,
  settings: StepSettings,
  values: readonly tf.Tensor[],
  batch: BatchTensors,
  weights: tf.Tensor1D,
): tf.Scalar {
  const { states, output } = finalStates(definition, settings, values, batch);
  const head = { states, output, targets: targetsOf(batch.labels) };
  return headLossSum(head, weights, {
    kernel: definition.crossEntropy,
    blockRows: settings.blocks?.lossRows ?? null,
  });
}

/** States [B * T, E] after the final norm, and the head [V, E] that makes logits of them. */
export function finalStates(
  definition: TrainingDefinition,
  { ropeTheta, blocks }: StepSettings,
  values: readonly tf.Tensor[],
  batch: BatchTensors,
): { readonly states: tf.Tensor2D; readonly output: tf.Tensor2D } {
  const { model, layers, repeat } = definition;
  const byName = lookUp(programLayout(definition), values);
  const queryBlock = blocks?.queries ?? null;
  if (layers === 'loop') {
    const parameters = stackedDecoderParameters(model, byName);
    const states = loopedDecoderStates(model, ropeTheta, parameters, batch, { queryBlock, repeat });
    return { states, output: parameters.output };
  }
  const parameters = decoderParameters(model, byName);
  return { states: decoderStates(model, ropeTheta, parameters, batch, queryBlock), output: parameters.output };
}

/** The parameters as a program holds them: one by one, or those of all layers stacked. */
export function programLayout({ model, layers }: Pick<TrainingDefinition, 'model' | 'layers'>): ParameterSpec[] {
  return layers === 'loop' ? stackedLayout(model) : parameterLayout(model);
}

/** Finds a value by its parameter's name. */
function lookUp(layout: readonly ParameterSpec[], values: readonly tf.Tensor[]): (name: string) => tf.Tensor {
  const byName = new Map(layout.map(({ name }, i) => [name, values[i]!]));
  return (name) => byName.get(name)!;
}
