import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel, PlanOptimizer } from '../../compiler/plan/index.ts';
import { type DecoderInputs, decoderLogits, decoderStates } from '../model/decoder.ts';
import { decoderParameters } from '../model/decoder-parameters.ts';
import { type CrossEntropy, lossSum, predictedTokens } from '../model/loss.ts';
import { type ParameterSpec, parameterLayout } from '../model/parameters.ts';
import { type AdamwSlots, adamwUpdate, isDecayed, type StepFactors } from './adamw.ts';
import { clippingFactor, globalNorm } from './gradient-clipping.ts';

/** The computation of a training program, apart from what runs it. */
export interface TrainingDefinition {
  readonly model: PlanModel;
  readonly optimizer: PlanOptimizer;
  /** Gradients are clipped to this global norm; null for no clipping. */
  readonly clipNorm: number | null;
  readonly crossEntropy: CrossEntropy;
}

/** What a step learns from, as tensors. */
export interface BatchTensors extends DecoderInputs {
  readonly labels: tf.Tensor2D; // [B, T] int32
}

/** Parameters and their slots, each in the order of `parameterLayout`. */
export interface TrainingState {
  readonly parameters: readonly tf.Tensor[];
  readonly slots: readonly AdamwSlots[];
}

/** Sum of -log p over the predicted tokens of a batch, and their number. */
export function batchLoss(
  { model, crossEntropy }: TrainingDefinition,
  ropeTheta: number,
  parameters: readonly tf.Tensor[],
  batch: BatchTensors,
): { readonly sum: tf.Scalar; readonly count: tf.Scalar } {
  const { weights, count } = predictedTokens(batch.labels);
  return { sum: weightedLossSum(model, ropeTheta, parameters, batch, weights, crossEntropy), count };
}

/** Mean loss over the predicted tokens, and its gradient in every parameter. */
export function lossAndGradients(
  { model, crossEntropy }: TrainingDefinition,
  ropeTheta: number,
  parameters: readonly tf.Tensor[],
  batch: BatchTensors,
): { readonly loss: tf.Scalar; readonly gradients: tf.Tensor[] } {
  // Computed outside the differentiated function, which frees what it makes and does not return.
  const { weights, count } = predictedTokens(batch.labels);
  const meanLoss = (...values: tf.Tensor[]): tf.Scalar =>
    tf.div(weightedLossSum(model, ropeTheta, values, batch, weights, crossEntropy), count);
  const { value, grads } = tf.valueAndGrads(meanLoss)([...parameters]);
  return { loss: value, gradients: grads };
}

/** One optimizer step: the loss before it, the gradients' norm before clipping, and the state after it. */
export function trainingStep(
  definition: TrainingDefinition,
  ropeTheta: number,
  state: TrainingState,
  batch: BatchTensors,
  factors: StepFactors<tf.Scalar>,
): { readonly loss: tf.Scalar; readonly gradientNorm: tf.Scalar; readonly state: TrainingState } {
  const { optimizer, clipNorm } = definition;
  const { loss, gradients } = lossAndGradients(definition, ropeTheta, state.parameters, batch);
  const gradientNorm = globalNorm(gradients);
  const factor = clipNorm === null ? null : clippingFactor(gradientNorm, clipNorm);
  const updates = parameterLayout(definition.model).map(({ group }, i) => {
    const gradient = factor === null ? gradients[i]! : tf.mul(gradients[i]!, factor);
    return adamwUpdate(
      state.parameters[i]!,
      gradient,
      state.slots[i]!,
      optimizer,
      factors,
      isDecayed(group, optimizer),
    );
  });
  return {
    loss,
    gradientNorm,
    state: { parameters: updates.map(({ parameter }) => parameter), slots: updates.map(({ slots }) => slots) },
  };
}

function weightedLossSum(
  model: PlanModel,
  ropeTheta: number,
  values: readonly tf.Tensor[],
  batch: BatchTensors,
  weights: tf.Tensor1D,
  crossEntropy: CrossEntropy,
): tf.Scalar {
  const parameters = decoderParameters(model, lookUp(parameterLayout(model), values));
  const states = decoderStates(model, ropeTheta, parameters, batch);
  return lossSum(decoderLogits(states, parameters), batch.labels, weights, crossEntropy);
}

/** Finds a value by its parameter's name. */
function lookUp(layout: readonly ParameterSpec[], values: readonly tf.Tensor[]): (name: string) => tf.Tensor {
  const byName = new Map(layout.map(({ name }, i) => [name, values[i]!]));
  return (name) => byName.get(name)!;
}
