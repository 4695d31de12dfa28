import type * as tf from '@tensorflow/tfjs-core';
import { fusedCrossEntropyKernel } from '../engine/fused-cross-entropy.ts';
import type { CompiledEngine } from '../engine/load.ts';
import type { LoadedProgram } from '../engine/program/loaded-program.ts';
import type { FunctionResult, InputSpec, ReadVariable } from '../engine/program/specs.ts';
import { ProgramBuilder } from '../engine/program.ts';
import { type ParameterSpec, parameterLayout } from '../model/parameters.ts';
import { declareArrays, type ResidentArrays } from '../model/resident-arrays.ts';
import type { StepShape } from '../model/types.ts';
import type { ProgramOptions } from './program-options.ts';
import { repeatInTrace } from './repeat.ts';
import { SLOT_KINDS, slotLayout } from './slot-layout.ts';
import { stepSettings } from './step-settings.ts';
import {
  type BatchTensors,
  batchLoss,
  type StepSettings,
  type TrainingDefinition,
  trainingStep,
} from './training-step.ts';

/** Names are made of the shape, so that a rerun finds its compiled functions in the engine's cache. */
export const trainSignature = (shape: StepShape): string => `train_${shapeName(shape)}`;
export const evaluateSignature = (shape: StepShape): string => `evaluate_${shapeName(shape)}`;

function shapeName({ sequences, sequence, ropeTheta, attention }: StepShape): string {
  return `${sequences}x${sequence}_theta_${ropeTheta}_${attention}`;
}

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** Traces a step and an evaluation for every distinct shape, each to one XLA function in float32, and loads the program. */
export async function buildProgram(
  engine: CompiledEngine,
  options: ProgramOptions,
): Promise<{ program: LoadedProgram; parameters: ResidentArrays; slots: ResidentArrays }> {
  const layout = parameterLayout(options.model);
  const slotSpecs = slotLayout(layout);
  const builder = new ProgramBuilder(engine, [...layout, ...slotSpecs]);
  const definition: TrainingDefinition = { ...options, crossEntropy: fusedCrossEntropyKernel, repeat: repeatInTrace };
  const names = layout.map(({ name }) => name);
  const slotNames = slotSpecs.map(({ name }) => name);
  const policy = { xla: true };
  for (const shape of distinctShapes(options.shapes)) {
    const inputs = batchInputs(shape);
    const settings = stepSettings(options, shape);
    builder.define(
      trainSignature(shape),
      [...inputs, ...FACTOR_INPUTS],
      [...names, ...slotNames],
      policy,
      (feeds, read) => tracedStep(definition, settings, layout, feeds, read),
    );
    builder.define(evaluateSignature(shape), inputs, names, policy, (feeds, read) => {
      const { sum, count } = batchLoss(definition, settings, names.map(read), batchOf(feeds));
      return { outputs: { loss_sum: sum, tokens: count } };
    });
  }
  const parameters = declareArrays(builder, 'parameters', layout);
  const slots = declareArrays(builder, 'slots', slotSpecs);
  builder.zeroSignature('slots', slotNames);
  return { program: await builder.load(), parameters, slots };
}

const FACTOR_INPUTS: readonly InputSpec[] = ['decay', 'step_size', 'second_correction'].map((name) => ({
  name,
  type: 'float32',
  shape: [],
}));

/** One training step over the program's variables. */
function tracedStep(
  definition: TrainingDefinition,
  settings: StepSettings,
  layout: readonly ParameterSpec[],
  feeds: Inputs,
  read: ReadVariable,
): FunctionResult {
  const [first, second] = SLOT_KINDS;
  const before = {
    parameters: layout.map(({ name }) => read(name)),
    slots: layout.map(({ name }) => ({
      firstMoment: read(`${first}/${name}`),
      secondMoment: read(`${second}/${name}`),
    })),
  };
  const factors = {
    decay: feeds.decay as tf.Scalar,
    stepSize: feeds.step_size as tf.Scalar,
    secondCorrection: feeds.second_correction as tf.Scalar,
  };
  const { loss, gradientNorm, state } = trainingStep(definition, settings, before, batchOf(feeds), factors);
  const updates = layout.flatMap(({ name }, i) => [
    [name, state.parameters[i]!] as const,
    [`${first}/${name}`, state.slots[i]!.firstMoment] as const,
    [`${second}/${name}`, state.slots[i]!.secondMoment] as const,
  ]);
  return { outputs: { loss, gradient_norm: gradientNorm }, updates: Object.fromEntries(updates) };
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
