import type * as tf from '@tensorflow/tfjs-core';
import type { FunctionResult, InputSpec, ReadVariable, TracedFunction } from '../engine/program/specs.ts';
import type { ProgramBuilder } from '../engine/program.ts';
import type { ParameterSpec } from '../model/parameters.ts';
import type { StepFactors } from './adamw.ts';
import type { ProgramPolicy } from './program-policy.ts';
import { SLOT_KINDS, slotLayout } from './slot-layout.ts';
import {
  type BatchTensors,
  lossAndGradients,
  optimizerUpdate,
  type StepSettings,
  type TrainingDefinition,
  type TrainingState,
  trainingStep,
} from './training-step.ts';

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** The program that steps are defined in, and what is the same for all of them. */
export interface StepContext {
  readonly builder: ProgramBuilder;
  readonly definition: TrainingDefinition;
  readonly layout: readonly ParameterSpec[];
  readonly policy: ProgramPolicy;
}

/** One step of a shape: how it is called and what it is fed besides the optimizer's factors. */
export interface StepSpec {
  readonly name: string;
  readonly inputs: readonly InputSpec[];
  readonly settings: StepSettings;
  readonly batchOf: (feeds: Inputs) => BatchTensors;
}

const FACTOR_INPUTS: readonly InputSpec[] = ['decay', 'step_size', 'second_correction'].map((name) => ({
  name,
  type: 'float32',
  shape: [],
}));

/** Makes every step callable by its name: batch and factors -> `loss`, `gradient_norm`, with the state updated. */
export function defineSteps(context: StepContext, steps: readonly StepSpec[]): void {
  if (context.policy.oneFunction) for (const step of steps) defineWholeStep(context, step);
  else {
    const update = optimizerFunction(context);
    for (const step of steps) defineStepInTwo(context, step, update);
  }
}

function defineWholeStep({ builder, definition, layout, policy }: StepContext, step: StepSpec): void {
  const inputs = [...step.inputs, ...FACTOR_INPUTS];
  builder.define(step.name, inputs, stateNames(layout), policy.passes, (feeds, read) => {
    const before = stateOf(layout, read);
    const result = trainingStep(definition, step.settings, before, step.batchOf(feeds), factorsOf(feeds));
    const outputs = { loss: result.loss, gradient_norm: result.gradientNorm };
    return { outputs, updates: updatesOf(layout, result.state) };
  });
}

/** Gradients are one function, and what it gives is fed to the optimizer's. */
function defineStepInTwo(
  { builder, definition, layout, policy }: StepContext,
  step: StepSpec,
  update: TracedFunction,
): void {
  const names = layout.map(({ name }) => name);
  const passes = builder.function(`gradients_${step.name}`, step.inputs, names, policy.passes, (feeds, read) => {
    const values = names.map(read);
    const { loss, gradients } = lossAndGradients(definition, step.settings, values, step.batchOf(feeds));
    return { outputs: { loss, ...Object.fromEntries(gradients.map((gradient, i) => [gradientName(i), gradient])) } };
  });
  const feed = (input: InputSpec) => [input.name, builder.input(`${step.name}/${input.name}`, input)] as const;
  const batch = Object.fromEntries(step.inputs.map(feed));
  const factors = Object.fromEntries(FACTOR_INPUTS.map(feed));
  const { loss, ...gradients } = builder.call(passes, batch);
  const { gradient_norm } = builder.call(update, { ...factors, ...gradients });
  builder.signature(step.name, { ...batch, ...factors }, { loss: loss!, gradient_norm: gradient_norm! });
}

/** Gradients and factors -> the gradients' norm, with the state updated; one function for the steps of every shape. */
function optimizerFunction({ builder, definition, layout }: StepContext): TracedFunction {
  const gradients = layout.map(({ shape }, i): InputSpec => ({ name: gradientName(i), type: 'float32', shape }));
  const body = (feeds: Inputs, read: ReadVariable): FunctionResult => {
    const values = gradients.map(({ name }) => feeds[name]!);
    const result = optimizerUpdate(definition, stateOf(layout, read), values, factorsOf(feeds));
    return { outputs: { gradient_norm: result.gradientNorm }, updates: updatesOf(layout, result.state) };
  };
  return builder.function('update', [...FACTOR_INPUTS, ...gradients], stateNames(layout), { xla: true }, body);
}

const gradientName = (index: number): string => `gradient_${index}`;

const stateNames = (layout: readonly ParameterSpec[]): string[] =>
  [...layout, ...slotLayout(layout)].map(({ name }) => name);

function factorsOf(feeds: Inputs): StepFactors<tf.Scalar> {
  return {
    decay: feeds.decay as tf.Scalar,
    stepSize: feeds.step_size as tf.Scalar,
    secondCorrection: feeds.second_correction as tf.Scalar,
  };
}

function stateOf(layout: readonly ParameterSpec[], read: ReadVariable): TrainingState {
  const [first, second] = SLOT_KINDS;
  return {
    parameters: layout.map(({ name }) => read(name)),
    slots: layout.map(({ name }) => ({
      firstMoment: read(`${first}/${name}`),
      secondMoment: read(`${second}/${name}`),
    })),
  };
}

function updatesOf(layout: readonly ParameterSpec[], state: TrainingState): Record<string, tf.Tensor> {
  const [first, second] = SLOT_KINDS;
  const updates = layout.flatMap(({ name }, i) => [
    [name, state.parameters[i]!] as const,
    [`${first}/${name}`, state.slots[i]!.firstMoment] as const,
    [`${second}/${name}`, state.slots[i]!.secondMoment] as const,
  ]);
  return Object.fromEntries(updates);
}
