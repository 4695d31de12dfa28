import type * as tf from '@tensorflow/tfjs-core';
import { fusedCrossEntropyKernel } from '../engine/fused-cross-entropy.ts';
import type { CompiledEngine } from '../engine/load.ts';
import type { LoadedProgram } from '../engine/program/loaded-program.ts';
import type { InputSpec } from '../engine/program/specs.ts';
import { ProgramBuilder } from '../engine/program.ts';
import { parameterLayout } from '../model/parameters.ts';
import { declareArrays, type ResidentArrays } from '../model/resident-arrays.ts';
import type { StepShape } from '../model/types.ts';
import { defineStepsInParts, defineWholeStep, type StepContext, type StepSpec } from './define-steps.ts';
import type { ProgramOptions } from './program-options.ts';
import { programPolicy } from './program-policy.ts';
import { repeatInTrace } from './repeat.ts';
import { slotLayout } from './slot-layout.ts';
import { stepSettings } from './step-settings.ts';
import { type BatchTensors, batchLoss, programLayout, type TrainingDefinition } from './training-step.ts';

/** Names are made of the shape, so that a rerun finds its compiled functions in the engine's cache. */
export const trainSignature = (shape: StepShape): string => `train_${shapeName(shape)}`;
export const evaluateSignature = (shape: StepShape): string => `evaluate_${shapeName(shape)}`;

function shapeName({ sequences, sequence, ropeTheta, attention }: StepShape): string {
  return `${sequences}x${sequence}_theta_${ropeTheta}_${attention}`;
}

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** Traces a step and an evaluation for every distinct shape, as the device and precision want it, and loads the program. */
export async function buildProgram(
  engine: CompiledEngine,
  options: ProgramOptions,
): Promise<{ program: LoadedProgram; parameters: ResidentArrays; slots: ResidentArrays }> {
  const { memory, model } = options;
  const policy = programPolicy(engine, options.precision);
  const definition: TrainingDefinition = {
    ...options,
    crossEntropy: fusedCrossEntropyKernel,
    repeat: repeatInTrace,
    layers: memory?.layers,
  };
  const layout = programLayout(definition);
  const slotSpecs = slotLayout(layout);
  const builder = new ProgramBuilder(engine, [...layout, ...slotSpecs]);
  const context = { builder, definition, layout, passes: policy.passes };
  const shapes = distinctShapes(options.shapes);
  const steps = shapes.map((shape) => stepOf(options, shape));
  if (memory?.optimizer === 'by group' || !policy.oneFunction) defineStepsInParts(context, steps);
  else for (const step of steps) defineWholeStep(context, step);
  shapes.forEach((shape, i) => {
    defineEvaluation(context, evaluateSignature(shape), steps[i]!);
  });
  const parameters = declareArrays(builder, 'parameters', layout, { layout: parameterLayout(model) });
  const slots = declareArrays(builder, 'slots', slotSpecs, { layout: slotLayout(parameterLayout(model)) });
  builder.fillSignature(
    'slots',
    slotSpecs.map(({ name }) => name),
  );
  return { program: await builder.load(), parameters, slots };
}

function stepOf(options: ProgramOptions, shape: StepShape): StepSpec {
  return {
    name: trainSignature(shape),
    inputs: batchInputs(shape),
    settings: stepSettings(options, shape),
    batchOf,
  };
}

function defineEvaluation({ builder, definition, layout, passes }: StepContext, name: string, step: StepSpec): void {
  const names = layout.map((spec) => spec.name);
  builder.define(name, step.inputs, names, passes, (feeds, read) => {
    const { sum, count } = batchLoss(definition, step.settings, names.map(read), batchOf(feeds));
    return { outputs: { loss_sum: sum, tokens: count } };
  });
}

function batchInputs({ sequences, sequence, attention }: StepShape): InputSpec[] {
  const documents = attention === 'document' ? ['document_index', 'document_position'] : [];
  return ['tokens', 'labels', ...documents].map((name) => ({ name, type: 'int32', shape: [sequences, sequence] }));
}

function batchOf(feeds: Inputs): BatchTensors {
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
