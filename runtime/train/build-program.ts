import type * as tf from '@tensorflow/tfjs-core';
import { fusedCrossEntropyKernel } from '../engine/fused-cross-entropy.ts';
import type { CompiledEngine } from '../engine/load.ts';
import type { LoadedProgram } from '../engine/program/loaded-program.ts';
import type { InputSpec } from '../engine/program/specs.ts';
import { ProgramBuilder } from '../engine/program.ts';
import { parameterLayout } from '../model/parameters.ts';
import { declareArrays, type ResidentArrays } from '../model/resident-arrays.ts';
import type { StepShape } from '../model/types.ts';
import { defineSteps } from './define-steps.ts';
import type { ProgramOptions } from './program-options.ts';
import { programPolicy } from './program-policy.ts';
import { repeatInTrace } from './repeat.ts';
import { slotLayout } from './slot-layout.ts';
import { stepSettings } from './step-settings.ts';
import { type BatchTensors, batchLoss, type TrainingDefinition } from './training-step.ts';

/** Names are made of the shape, so that a rerun finds its compiled functions in the engine's cache. */
export const trainSignature = (shape: StepShape): string => `train_${shapeName(shape)}`;
export const evaluateSignature = (shape: StepShape): string => `evaluate_${shapeName(shape)}`;

function shapeName({ sequences, sequence, ropeTheta, attention }: StepShape): string {
  return `${sequences}x${sequence}_theta_${ropeTheta}_${attention}`;
}

/** Traces a step and an evaluation for every distinct shape, as the device and precision want it, and loads the program. */
export async function buildProgram(
  engine: CompiledEngine,
  options: ProgramOptions,
): Promise<{ program: LoadedProgram; parameters: ResidentArrays; slots: ResidentArrays }> {
  const layout = parameterLayout(options.model);
  const slotSpecs = slotLayout(layout);
  const builder = new ProgramBuilder(engine, [...layout, ...slotSpecs]);
  const definition: TrainingDefinition = { ...options, crossEntropy: fusedCrossEntropyKernel, repeat: repeatInTrace };
  const policy = programPolicy(engine, options.precision);
  const steps = distinctShapes(options.shapes).map((shape) => {
    const settings = stepSettings(options, shape);
    return { shape, name: trainSignature(shape), inputs: batchInputs(shape), settings, batchOf };
  });
  defineSteps({ builder, definition, layout, policy }, steps);
  const names = layout.map(({ name }) => name);
  for (const { shape, inputs, settings } of steps) {
    builder.define(evaluateSignature(shape), inputs, names, policy.passes, (feeds, read) => {
      const { sum, count } = batchLoss(definition, settings, names.map(read), batchOf(feeds));
      return { outputs: { loss_sum: sum, tokens: count } };
    });
  }
  const parameters = declareArrays(builder, 'parameters', layout);
  const slots = declareArrays(builder, 'slots', slotSpecs);
  const slotNames = slotSpecs.map(({ name }) => name);
  builder.zeroSignature('slots', slotNames);
  return { program: await builder.load(), parameters, slots };
}

function batchInputs({ sequences, sequence, attention }: StepShape): InputSpec[] {
  const documents = attention === 'document' ? ['document_index', 'document_position'] : [];
  return ['tokens', 'labels', ...documents].map((name) => ({ name, type: 'int32', shape: [sequences, sequence] }));
}

function batchOf(feeds: Readonly<Record<string, tf.Tensor>>): BatchTensors {
  const {
    tokens,
    labels,
    document_index: index,
    document_position: position,
  } = feeds as Readonly<Record<string, tf.Tensor2D>>;
  const documents = index === undefined || position === undefined ? null : { index, position };
  return { tokens: tokens!, labels: labels!, documents };
}

function distinctShapes(shapes: readonly StepShape[]): StepShape[] {
  return [...new Map(shapes.map((shape) => [shapeName(shape), shape])).values()];
}
