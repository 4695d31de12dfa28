import type { Batch } from '../data/types.ts';
import type { CompiledEngine } from '../engine/load.ts';
import type { LoadedProgram } from '../engine/program/loaded-program.ts';
import { valuesByName } from '../model/in-layout-order.ts';
import { initialValuesByName } from '../model/initialize.ts';
import { type ResidentArrays, readArrays, writeArrays } from '../model/resident-arrays.ts';
import type { NamedArray, StepShape } from '../model/types.ts';
import { stepFactors } from './adamw.ts';
import { requireFit, requirePredictedToken } from './batch-tensors.ts';
import { buildProgram, evaluateSignature, trainSignature } from './build-program.ts';
import type { TrainingProgram } from './program.ts';
import type { ProgramOptions } from './program-options.ts';
import { type ProgramPolicy, programPolicy } from './program-policy.ts';

/** A training program compiled by XLA: a step is one call, and parameters and slots never leave the engine. */
export class CompiledProgram implements TrainingProgram {
  readonly engine: string;
  readonly compiled = true;
  readonly #program: LoadedProgram;
  readonly #options: ProgramOptions;
  readonly #parameters: ResidentArrays;
  readonly #slots: ResidentArrays;

  private constructor(
    engine: CompiledEngine,
    program: LoadedProgram,
    options: ProgramOptions,
    arrays: { parameters: ResidentArrays; slots: ResidentArrays },
  ) {
    this.engine = engineDescription(engine, programPolicy(engine, options.precision));
    this.#program = program;
    this.#options = options;
    this.#parameters = arrays.parameters;
    this.#slots = arrays.slots;
  }

  /** Traces the functions of every shape and opens them in the engine. XLA compiles each at its first call. */
  static async create(engine: CompiledEngine, options: ProgramOptions): Promise<CompiledProgram> {
    const { program, parameters, slots } = await buildProgram(engine, options);
    if (options.seed !== null) await writeArrays(program, parameters, initialValuesByName(options.model, options.seed));
    await program.call('fill_slots', { value: 0 });
    return new CompiledProgram(engine, program, options, { parameters, slots });
  }

  async step(shape: StepShape, batch: Batch, learningRate: number, step: number) {
    requirePredictedToken(batch);
    const feeds = batchFeeds(shape, batch, this.#options.model.vocab);
    const { decay, stepSize, secondCorrection } = stepFactors(this.#options.optimizer, learningRate, step);
    const factors = { decay, step_size: stepSize, second_correction: secondCorrection };
    const { loss, gradient_norm } = await this.#program.call(trainSignature(shape), { ...feeds, ...factors });
    return { loss: loss![0]!, gradientNorm: gradient_norm![0]! };
  }

  async evaluate(shape: StepShape, batch: Batch) {
    const { loss_sum, tokens } = await this.#program.call(
      evaluateSignature(shape),
      batchFeeds(shape, batch, this.#options.model.vocab),
    );
    return { lossSum: loss_sum![0]!, tokens: tokens![0]! };
  }

  async readState() {
    return {
      parameters: await readArrays(this.#program, this.#parameters),
      slots: await readArrays(this.#program, this.#slots),
    };
  }

  async writeState(state: { parameters: readonly NamedArray[]; slots: readonly NamedArray[] }) {
    const parameters = valuesByName(this.#parameters.layout, state.parameters);
    const slots = valuesByName(this.#slots.layout, state.slots);
    await writeArrays(this.#program, this.#parameters, parameters);
    await writeArrays(this.#program, this.#slots, slots);
  }

  async writeParameters(parameters: readonly NamedArray[]) {
    await writeArrays(this.#program, this.#parameters, valuesByName(this.#parameters.layout, parameters));
    await this.#program.call('fill_slots', { value: 0 });
  }

  tensorCount(): number {
    return this.#program.tensorCount();
  }

  dispose(): void {
    this.#program.dispose();
  }
}

function batchFeeds(shape: StepShape, batch: Batch, vocab: number): Record<string, Int32Array> {
  requireFit(shape, batch, vocab);
  const { tokens, labels, documents } = batch;
  if (documents === null) return { tokens, labels };
  return { tokens, labels, document_index: documents.index, document_position: documents.position };
}

function engineDescription({ device, threads }: CompiledEngine, { passes }: ProgramPolicy): string {
  if (device === 'gpu') return 'XLA on the GPU';
  const parts = passes.xla ? 'XLA' : 'TensorFlow kernels and XLA';
  return `${parts}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
