import type * as tf from '@tensorflow/tfjs-core';
import type {
  CompilePolicy,
  FunctionResult,
  GraphValue,
  GraphValues,
  InputSpec,
  ReadVariable,
  TracedFunction,
} from '../engine/program/specs.ts';
import type { ProgramBuilder } from '../engine/program.ts';
import type { ParameterSpec } from '../model/parameters.ts';
import type { StepFactors } from './adamw.ts';
import { clipping, normOf, sumOfSquares } from './gradient-clipping.ts';
import { SLOT_KINDS, slotLayout } from './slot-layout.ts';
import {
  type BatchTensors,
  lossAndGradients,
  optimizerUpdates,
  type StepSettings,
  type TrainingDefinition,
  type TrainingState,
  trainingStep,
} from './training-step.ts';
import { type UpdateGroup, updateGroups } from './update-groups.ts';

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** The program that steps are defined in, and what is the same for all of them. */
export interface StepContext {
  readonly builder: ProgramBuilder;
  readonly definition: TrainingDefinition;
  /** The program's parameters, in the order of gradients and state. */
  readonly layout: readonly ParameterSpec[];
  /** How forward pass and gradients are compiled. */
  readonly passes: CompilePolicy;
}

/** One step of a shape: how it is called and what it is fed besides the optimizer's factors. */
export interface StepSpec {
  readonly name: string;
  readonly inputs: readonly InputSpec[];
  readonly settings: StepSettings;
  readonly batchOf: (feeds: Inputs) => BatchTensors;
}

/** What the backward pass gives. */
export interface StepGradients {
  readonly loss: GraphValue;
  readonly metrics?: GraphValue;
  /** Every gradient, by `gradientName` of its parameter's place in the layout. */
  readonly values: GraphValues;
  /** Sums of squares [1], which together are those of all gradients. */
  readonly squares: readonly GraphValue[];
}

/** Forward and backward pass of a step as calls of the program's graph. */
export interface Passes {
  readonly gradients: (batch: GraphValues) => StepGradients;
  /** Batch -> `loss_sum` and `tokens`. */
  readonly evaluation: (batch: GraphValues) => GraphValues;
}

/** Inputs of a step whose attention stays within documents: index and position of every token's document. */
export const DOCUMENT_INPUTS = ['document_index', 'document_position'];

const scalarInput = (name: string): InputSpec => ({ name, type: 'float32', shape: [] });

const FACTOR_INPUTS: readonly InputSpec[] = ['decay', 'step_size', 'second_correction'].map(scalarInput);

/** Makes a step callable by its name: batch and factors -> `loss`, `gradient_norm`, with the state updated. */
export function defineWholeStep({ builder, definition, layout, passes }: StepContext, step: StepSpec): void {
  const inputs = [...step.inputs, ...FACTOR_INPUTS];
  builder.define(step.name, inputs, stateNames(layout), passes, (feeds, read) => {
    const before = stateOf(layout, read);
    const result = trainingStep(definition, step.settings, before, step.batchOf(feeds), factorsOf(feeds));
    const { loss, gradientNorm, metrics } = result;
    const outputs = { loss, gradient_norm: gradientNorm, ...(metrics && { metrics }) };
    return { outputs, updates: updatesOf(layout, result.state) };
  });
}

/**
 * The same for every step, but gradients are one function, their norm another, and the optimizer one for each kind of
 * parameter group, called for one group after the other: old and new state exist of one group at a time. `byLayer` has the passes of
 * steps whose gradients are not one function either.
 */
export function defineStepsInParts(
  context: StepContext,
  steps: readonly StepSpec[],
  byLayer: ReadonlyMap<StepSpec, Passes>,
): void {
  const groups = updateGroups(context.layout);
  const updates = new Map<string, TracedFunction>();
  for (const group of groups) {
    if (!updates.has(group.kind)) updates.set(group.kind, updateFunction(context, group));
  }
  for (const step of steps) {
    const { gradients } = byLayer.get(step) ?? passesInOneFunction(context, step);
    callInParts(context, step, gradients, (feeds) => {
      let last: GraphValue | null = null;
      for (const group of groups) {
        const options: { uses: string[]; after: GraphValue[] } = {
          uses: stateNames(group.specs),
          after: last ? [last] : [],
        };
        const ofGroup = Object.fromEntries(group.indices.map((at, i) => [gradientName(i), feeds[gradientName(at)]!]));
        last = context.builder.call(updates.get(group.kind)!, { ...feeds, ...ofGroup }, options).done!;
      }
      return last!;
    });
  }
}

function callInParts(
  context: StepContext,
  step: StepSpec,
  gradients: Passes['gradients'],
  update: (feeds: GraphValues) => GraphValue,
): void {
  const { builder } = context;
  const feed = (input: InputSpec) => [input.name, builder.input(`${step.name}/${input.name}`, input)] as const;
  const batch = Object.fromEntries(step.inputs.map(feed));
  const factors = Object.fromEntries(FACTOR_INPUTS.map(feed));
  const { loss, metrics, values, squares } = gradients(batch);
  const { gradient_norm, clip } = callNorm(context, step, squares);
  const done = update({ ...factors, ...values, clip: clip! });
  const outputs = { loss, gradient_norm: gradient_norm!, ...(metrics && { metrics }) };
  builder.signature(step.name, { ...batch, ...factors }, outputs, [done]);
}

/** Sums of squares of the gradients -> their norm, and the factor that clips them. */
function callNorm({ builder, definition }: StepContext, step: StepSpec, squares: readonly GraphValue[]): GraphValues {
  const inputs = squares.map(({ shape }, i): InputSpec => ({ name: `squares_${i}`, type: 'float32', shape }));
  const norm = builder.function(`gradient_norm_${step.name}`, inputs, [], { xla: true }, (feeds) => {
    const sums = inputs.map(({ name }) => feeds[name] as tf.Tensor1D);
    const { norm, factor } = clipping(normOf(sums), definition.clipNorm);
    return { outputs: { gradient_norm: norm, clip: factor } };
  });
  return builder.call(norm, Object.fromEntries(inputs.map(({ name }, i) => [name, squares[i]!])));
}

function passesInOneFunction(context: StepContext, step: StepSpec): Pick<Passes, 'gradients'> {
  const { builder } = context;
  const gradients = gradientsFunction(context, step);
  const sum = squaresFunction(context, step);
  return {
    gradients: (batch) => {
      const { loss, metrics, ...values } = builder.call(gradients, batch);
      const { squares } = builder.call(sum, values);
      return { loss: loss!, ...(metrics && { metrics }), values, squares: [squares!] };
    },
  };
}

/** Batch -> loss and the gradient of every parameter. */
function gradientsFunction({ builder, definition, layout, passes }: StepContext, step: StepSpec): TracedFunction {
  const names = layout.map(({ name }) => name);
  return builder.function(`gradients_${step.name}`, step.inputs, names, passes, (feeds, read) => {
    const values = names.map(read);
    const { loss, gradients, metrics } = lossAndGradients(definition, step.settings, values, step.batchOf(feeds));
    const outputs = { loss, ...(metrics && { metrics }) };
    return {
      outputs: { ...outputs, ...Object.fromEntries(gradients.map((gradient, i) => [gradientName(i), gradient])) },
    };
  });
}

/** Gradients -> the sum of their squares. */
function squaresFunction({ builder, layout }: StepContext, step: StepSpec): TracedFunction {
  const inputs = layout.map(({ shape }, i): InputSpec => ({ name: gradientName(i), type: 'float32', shape }));
  return builder.function(`squares_${step.name}`, inputs, [], { xla: true }, (feeds) => ({
    outputs: { squares: sumOfSquares(inputs.map(({ name }) => feeds[name]!)) },
  }));
}

/** Gradients of a group, the clipping factor and the step's factors -> the group's state updated, and `done`. */
function updateFunction({ builder, definition }: StepContext, { kind, specs }: UpdateGroup): TracedFunction {
  const gradients = specs.map(({ shape }, i): InputSpec => ({ name: gradientName(i), type: 'float32', shape }));
  const inputs = [...FACTOR_INPUTS, scalarInput('clip'), ...gradients];
  const body = (feeds: Inputs, read: ReadVariable): FunctionResult => {
    const values = gradients.map(({ name }) => feeds[name]!);
    const clip = definition.clipNorm === null ? null : (feeds.clip as tf.Scalar);
    const state = optimizerUpdates(definition, specs, stateOf(specs, read), values, clip, factorsOf(feeds));
    return { outputs: { done: feeds.clip! }, updates: updatesOf(specs, state) };
  };
  return builder.function(`update_${kind}`, inputs, stateNames(specs), { xla: true }, body);
}

/** An input or output that holds a gradient. */
export const gradientName = (index: number): string => `gradient_${index}`;

const stateNames = (specs: readonly ParameterSpec[]): string[] =>
  [...specs, ...slotLayout(specs)].map(({ name }) => name);

function factorsOf(feeds: Inputs): StepFactors<tf.Scalar> {
  return {
    decay: feeds.decay as tf.Scalar,
    stepSize: feeds.step_size as tf.Scalar,
    secondCorrection: feeds.second_correction as tf.Scalar,
  };
}

function stateOf(specs: readonly ParameterSpec[], read: ReadVariable): TrainingState {
  const [first, second] = SLOT_KINDS;
  return {
    parameters: specs.map(({ name }) => read(name)),
    slots: specs.map(({ name }) => ({
      firstMoment: read(`${first}/${name}`),
      secondMoment: read(`${second}/${name}`),
    })),
  };
}

function updatesOf(specs: readonly ParameterSpec[], state: TrainingState): Record<string, tf.Tensor> {
  const [first, second] = SLOT_KINDS;
  const updates = specs.flatMap(({ name }, i) => [
    [name, state.parameters[i]!] as const,
    [`${first}/${name}`, state.slots[i]!.firstMoment] as const,
    [`${second}/${name}`, state.slots[i]!.secondMoment] as const,
  ]);
  return Object.fromEntries(updates);
}
