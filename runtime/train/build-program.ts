import type * as tf from '@tensorflow/tfjs-core';
import { fusedCrossEntropyKernel } from '../engine/fused-cross-entropy.ts';
import type { CompiledEngine } from '../engine/load.ts';
import type { LoadedProgram } from '../engine/program/loaded-program.ts';
import type { InputSpec } from '../engine/program/specs.ts';
import { ProgramBuilder } from '../engine/program.ts';
import { parameterLayout } from '../model/parameters.ts';
import { declareArrays, type ResidentArrays } from '../model/resident-arrays.ts';
import type { StepShape } from '../model/types.ts';
import {
  DOCUMENT_INPUTS,
  defineStepsInParts,
  defineWholeStep,
  type Passes,
  type StepContext,
  type StepSpec,
} from './define-steps.ts';
import { passesByLayer } from './passes-by-layer.ts';
import { sequenceLogps } from './preference-step.ts';
import type { ProgramOptions } from './program-options.ts';
import { programPolicy } from './program-policy.ts';
import { repeatInTrace } from './repeat.ts';
import { slotLayout } from './slot-layout.ts';
import { stepSettings } from './step-settings.ts';
import { type BatchTensors, batchLoss, programLayout, type TrainingDefinition } from './training-step.ts';

/** Names are made of the shape, so that a rerun finds its compiled functions in the engine's cache. */
export const trainSignature = (shape: StepShape): string => `train_${shapeName(shape)}`;
export const evaluateSignature = (shape: StepShape): string => `evaluate_${shapeName(shape)}`;
/** Log-likelihoods of the sequences, by the model or by the reference that the program keeps. */
export const logpsSignature = (shape: StepShape, of: 'model' | 'reference'): string =>
  `logps_${of}_${shapeName(shape)}`;

const referencePrefix = 'reference/';
const referenceName = (name: string): string => `${referencePrefix}${name}`;
/** The parameter that a variable of the reference model holds. */
export const modelName = (name: string): string => name.replace(referencePrefix, '');

function shapeName({ sequences, sequence, ropeTheta, attention }: StepShape): string {
  return `${sequences}x${sequence}_theta_${ropeTheta}_${attention}`;
}

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** A loaded program, and its variables by what they are. */
export interface BuiltProgram {
  readonly program: LoadedProgram;
  readonly parameters: ResidentArrays;
  readonly slots: ResidentArrays;
  /** The reference model's weights, where the program keeps it. */
  readonly reference: ResidentArrays | null;
}

/** Traces a step and an evaluation for every distinct shape, as the device and precision want it, and loads the program. */
export async function buildProgram(engine: CompiledEngine, options: ProgramOptions): Promise<BuiltProgram> {
  const { memory, model, preference } = options;
  const policy = programPolicy(engine, options.precision);
  const definition: TrainingDefinition = {
    ...options,
    crossEntropy: fusedCrossEntropyKernel,
    repeat: repeatInTrace,
    layers: memory?.layers,
  };
  const layout = programLayout(definition);
  const slotSpecs = slotLayout(layout);
  const referenceSpecs = preference?.live ? named(layout) : [];
  const builder = new ProgramBuilder(engine, [...layout, ...slotSpecs, ...referenceSpecs]);
  const context = { builder, definition, layout, passes: policy.passes };
  const shapes = distinctShapes(options.shapes);
  const steps = shapes.map((shape) => stepOf(options, shape));
  const inParts = memory?.optimizer === 'by group' || !policy.oneFunction;
  const byLayer = new Map(
    steps.filter((step) => inParts && isByLayer(context, step)).map((step) => [step, passesByLayer(context, step)]),
  );
  if (inParts) defineStepsInParts(context, steps, byLayer);
  else for (const step of steps) defineWholeStep(context, step);
  shapes.forEach((shape, i) => {
    const passes = byLayer.get(steps[i]!);
    if (passes) callEvaluation(context, evaluateSignature(shape), steps[i]!, passes);
    else defineEvaluation(context, evaluateSignature(shape), steps[i]!);
    if (preference) defineLogps(context, shape, steps[i]!, layout, 'model');
    if (preference?.live) defineLogps(context, shape, steps[i]!, referenceSpecs, 'reference');
  });
  const parameters = declareArrays(builder, 'parameters', layout, { layout: parameterLayout(model) });
  const slots = declareArrays(builder, 'slots', slotSpecs, { layout: slotLayout(parameterLayout(model)) });
  builder.fillSignature(
    'slots',
    slotSpecs.map(({ name }) => name),
  );
  const referenceLayout = { layout: named(parameterLayout(model)) };
  const reference = preference?.live ? declareArrays(builder, 'reference', referenceSpecs, referenceLayout) : null;
  return { program: await builder.load(), parameters, slots, reference };
}

/** Variables of the reference model, which stand beside those of the model. */
function named<T extends { readonly name: string }>(layout: readonly T[]): readonly T[] {
  return layout.map((spec) => ({ ...spec, name: referenceName(spec.name) }));
}

/** Log-likelihoods of a batch's sequences by the model that `variables` hold. */
function defineLogps(
  { builder, definition, passes }: StepContext,
  shape: StepShape,
  { settings }: StepSpec,
  variables: readonly { readonly name: string }[],
  of: 'model' | 'reference',
): void {
  const names = variables.map(({ name }) => name);
  builder.define(logpsSignature(shape, of), batchInputs(shape, false), names, passes, (feeds, read) => ({
    outputs: { logps: sequenceLogps(definition, settings, names.map(read), batchOf(feeds)) },
  }));
}

function stepOf(options: ProgramOptions, shape: StepShape): StepSpec {
  return {
    name: trainSignature(shape),
    inputs: batchInputs(shape, options.preference !== undefined),
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

/** Whether a step's passes are a function for each layer: what layers share is then compiled once. Only whole batches are. */
function isByLayer({ definition, passes }: StepContext, { settings, inputs }: StepSpec): boolean {
  const [sequences = 0] = inputs.find(({ name }) => name === 'tokens')!.shape;
  const isPlain = definition.layers !== 'loop' && definition.preference === undefined;
  return passes.xla && isPlain && settings.microBatch >= sequences;
}

function callEvaluation({ builder }: StepContext, name: string, { inputs }: StepSpec, passes: Passes): void {
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, builder.input(`${name}/${input.name}`, input)]));
  builder.signature(name, feeds, passes.evaluation(feeds));
}

function batchInputs({ sequences, sequence, attention }: StepShape, hasReference: boolean): InputSpec[] {
  const documents = attention === 'document' ? DOCUMENT_INPUTS : [];
  const names = ['tokens', 'labels', ...documents];
  const places = names.map((name): InputSpec => ({ name, type: 'int32', shape: [sequences, sequence] }));
  return hasReference ? [...places, { name: 'reference', type: 'float32', shape: [sequences] }] : places;
}

function batchOf(feeds: Inputs): BatchTensors {
  const {
    tokens,
    labels,
    document_index: index,
    document_position: position,
  } = feeds as Readonly<Record<string, tf.Tensor2D>>;
  const documents = index === undefined || position === undefined ? null : { index, position };
  const { reference } = feeds as Readonly<Record<string, tf.Tensor1D>>;
  return { tokens: tokens!, labels: labels!, documents, ...(reference && { reference }) };
}

function distinctShapes(shapes: readonly StepShape[]): StepShape[] {
  return [...new Map(shapes.map((shape) => [shapeName(shape), shape])).values()];
}
