import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../data/types.ts';
import { arraysWithin } from '../model/arrays-within.ts';
import { inLayoutOrder } from '../model/in-layout-order.ts';
import { initialParameters } from '../model/initialize.ts';
import { type CrossEntropyKernel, plainCrossEntropyKernel } from '../model/loss.ts';
import { type ParameterSpec, parameterLayout } from '../model/parameters.ts';
import { tensorOf } from '../model/tensor-of.ts';
import type { NamedArray, StepShape } from '../model/types.ts';
import { type AdamwSlots, stepFactors } from './adamw.ts';
import { batchTensors, requirePredictedToken } from './batch-tensors.ts';
import { preferenceMetrics } from './preference-loss.ts';
import { sequenceLogps } from './preference-step.ts';
import type { PreferenceSide, TrainingProgram } from './program.ts';
import type { ProgramOptions } from './program-options.ts';
import { repeatEagerly } from './repeat.ts';
import { slotLayout } from './slot-layout.ts';
import { stepSettings } from './step-settings.ts';
import {
  type BatchTensors,
  batchLoss,
  type TrainingDefinition,
  type TrainingState,
  trainingStep,
} from './training-step.ts';

/**
 * A training program that runs op by op on the current TensorFlow.js backend, whichever that is: the fallback without a
 * compiled engine, and the oracle for the compiled program.
 */
export class EagerProgram implements TrainingProgram {
  readonly engine: string;
  readonly compiled = false;
  readonly #options: ProgramOptions;
  readonly #definition: TrainingDefinition;
  readonly #layout: readonly ParameterSpec[];
  readonly preference: PreferenceSide | null;
  #state: TrainingState;
  /** The reference model's weights, where it is computed in every step and has been given. */
  #reference: tf.Tensor[] = [];

  /** `engine` describes the backend to people. */
  constructor(options: ProgramOptions, engine: string, crossEntropy: CrossEntropyKernel = plainCrossEntropyKernel) {
    if (options.precision === 'bf16') throw new RangeError('the eager program computes in `float32` only');
    this.engine = engine;
    this.#options = options;
    this.#definition = { ...options, crossEntropy, repeat: repeatEagerly };
    this.#layout = parameterLayout(options.model);
    this.#state = initialState(options, this.#layout);
    this.preference = options.preference ? this.#preferenceSide(options.preference.live) : null;
  }

  async step(shape: StepShape, batch: Batch, learningRate: number, step: number) {
    requirePredictedToken(batch);
    const inputs = await this.#inputs(shape, batch);
    const before = this.#state;
    const { loss, gradientNorm, state, metrics } = tf.tidy(() => {
      const { decay, stepSize, secondCorrection } = stepFactors(this.#definition.optimizer, learningRate, step);
      return trainingStep(this.#definition, stepSettings(this.#options, shape), before, inputs, {
        decay: tf.scalar(decay),
        stepSize: tf.scalar(stepSize),
        secondCorrection: tf.scalar(secondCorrection),
      }) as ReturnType<typeof trainingStep> & tf.TensorContainerObject;
    });
    this.#state = state;
    disposeState(before);
    disposeBatch(inputs);
    const said = metrics && { metrics: preferenceMetrics(await metrics.data()) };
    metrics?.dispose();
    return { loss: await numberOf(loss), gradientNorm: await numberOf(gradientNorm), ...said };
  }

  /** A batch as tensors; of pairs also the reference's log-likelihoods, computed here where the program keeps it. */
  async #inputs(shape: StepShape, batch: Batch): Promise<BatchTensors> {
    if (this.preference === null) return batchTensors(shape, batch, this.#definition.model.vocab);
    const reference = this.preference.live ? await this.#logps(shape, batch, this.#reference) : batch.reference;
    if (reference === undefined) throw new Error('a batch of pairs without its reference');
    const inputs = batchTensors(shape, batch, this.#definition.model.vocab);
    return { ...inputs, reference: tf.tensor1d(reference) };
  }

  async #logps(shape: StepShape, batch: Batch, parameters: readonly tf.Tensor[]): Promise<Float32Array> {
    const inputs = batchTensors(shape, batch, this.#definition.model.vocab);
    const settings = stepSettings(this.#options, shape);
    const logps = tf.tidy(() => sequenceLogps(this.#definition, settings, parameters, inputs));
    const values = Float32Array.from(await logps.data());
    tf.dispose(logps);
    disposeBatch(inputs);
    return values;
  }

  #preferenceSide(live: boolean): PreferenceSide {
    return {
      live,
      logps: (shape, batch) => this.#logps(shape, batch, this.#state.parameters),
      writeReference: async (parameters) => {
        if (!live) throw new Error('this program keeps no reference model');
        tf.dispose(this.#reference);
        this.#reference = Array.from(inLayoutOrder(this.#layout, parameters), tensorOf);
      },
    };
  }

  async evaluate(shape: StepShape, batch: Batch) {
    const inputs = await this.#inputs(shape, batch);
    const { sum, count } = tf.tidy(
      () =>
        batchLoss(this.#definition, stepSettings(this.#options, shape), this.#state.parameters, inputs) as ReturnType<
          typeof batchLoss
        > &
          tf.TensorContainerObject,
    );
    disposeBatch(inputs);
    return { lossSum: await numberOf(sum), tokens: await numberOf(count) };
  }

  async readState(mostBytes?: number) {
    const { slots } = this.#state;
    const moments = [...slots.map(({ firstMoment }) => firstMoment), ...slots.map(({ secondMoment }) => secondMoment)];
    return {
      parameters: await this.readParameters(mostBytes),
      slots: await readTensors(slotLayout(this.#layout), moments, mostBytes),
    };
  }

  readParameters(mostBytes?: number): Promise<NamedArray[]> {
    return readTensors(this.#layout, this.#state.parameters, mostBytes);
  }

  async writeState(state: { parameters: readonly NamedArray[]; slots: readonly NamedArray[] }) {
    const parameters = inLayoutOrder(this.#layout, state.parameters);
    const moments = inLayoutOrder(slotLayout(this.#layout), state.slots).map(tensorOf);
    disposeState(this.#state);
    const count = this.#layout.length;
    this.#state = {
      parameters: parameters.map(tensorOf),
      slots: this.#layout.map((_, i) => ({ firstMoment: moments[i]!, secondMoment: moments[count + i]! })),
    };
  }

  async writeParameters(parameters: readonly NamedArray[]) {
    const values = inLayoutOrder(this.#layout, parameters);
    disposeState(this.#state);
    this.#state = { parameters: values.map(tensorOf), slots: this.#layout.map(zeroSlots) };
  }

  async drawParameters(seed: number) {
    disposeState(this.#state);
    this.#state = initialState({ ...this.#options, seed }, this.#layout);
  }

  tensorCount(): number {
    return tf.memory().numTensors;
  }

  dispose(): void {
    disposeState(this.#state);
    tf.dispose(this.#reference);
    this.#reference = [];
    this.#state = { parameters: [], slots: [] };
  }
}

/** The first arrays of a layout that fit into `mostBytes`. */
function readTensors(
  layout: readonly { readonly name: string; readonly shape: readonly number[] }[],
  tensors: readonly tf.Tensor[],
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<NamedArray[]> {
  const wanted = new Set(arraysWithin(layout, mostBytes));
  const places = [...layout.keys()].filter((place) => wanted.has(layout[place]!));
  return Promise.all(
    places.map(async (place): Promise<NamedArray> => {
      const { name, shape } = layout[place]!;
      return { name, shape, values: Float32Array.from(await tensors[place]!.data()) };
    }),
  );
}

function initialState({ model, seed }: ProgramOptions, layout: readonly ParameterSpec[]): TrainingState {
  return {
    parameters: seed === null ? layout.map(zeros) : Array.from(initialParameters(model, seed), tensorOf),
    slots: layout.map(zeroSlots),
  };
}

function zeros({ shape }: ParameterSpec): tf.Tensor {
  return tf.zeros([...shape]);
}

function zeroSlots(spec: ParameterSpec): AdamwSlots {
  return { firstMoment: zeros(spec), secondMoment: zeros(spec) };
}

async function numberOf(scalar: tf.Scalar): Promise<number> {
  const [value] = await scalar.data();
  scalar.dispose();
  return value!;
}

function disposeState({ parameters, slots }: TrainingState): void {
  tf.dispose([...parameters, ...slots.flatMap(({ firstMoment, secondMoment }) => [firstMoment, secondMoment])]);
}

function disposeBatch({ tokens, labels, documents, reference }: BatchTensors): void {
  const places = documents === null ? [] : [documents.index, documents.position];
  tf.dispose([tokens, labels, ...places, ...(reference ? [reference] : [])]);
}
