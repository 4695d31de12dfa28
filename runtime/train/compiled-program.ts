import type { Batch } from '../data/types.ts';
import type { CompiledEngine } from '../engine/load.ts';
import { machineMemoryBytes } from '../engine/machine-memory.ts';
import type { LoadedProgram } from '../engine/program/loaded-program.ts';
import { valuesByName } from '../model/in-layout-order.ts';
import { initialValuesByName } from '../model/initialize.ts';
import { type ResidentArrays, readArrays, writeArrays } from '../model/resident-arrays.ts';
import type { NamedArray, StepShape } from '../model/types.ts';
import { stepFactors } from './adamw.ts';
import { requireFit, requirePredictedToken } from './batch-tensors.ts';
import {
  type BuiltProgram,
  buildProgram,
  evaluateSignature,
  logpsSignature,
  modelName,
  trainSignature,
} from './build-program.ts';
import { chooseMemoryPolicy, type MemoryChoice } from './choose-memory-policy.ts';
import { preferenceMetrics } from './preference-loss.ts';
import type { PreferenceSide, TrainingProgram } from './program.ts';
import type { ProgramOptions } from './program-options.ts';
import { type ProgramPolicy, programPolicy } from './program-policy.ts';

/** A training program compiled by XLA: a step is one call, and parameters and slots never leave the engine. */
export class CompiledProgram implements TrainingProgram {
  readonly engine: string;
  readonly compiled = true;
  readonly memoryLayout: string | null;
  readonly memoryEstimate: number | null;
  readonly #program: LoadedProgram;
  readonly #options: ProgramOptions;
  readonly #parameters: ResidentArrays;
  readonly #slots: ResidentArrays;
  readonly preference: PreferenceSide | null;
  readonly #isLive: boolean;

  private constructor(
    engine: CompiledEngine,
    program: LoadedProgram,
    options: ProgramOptions,
    arrays: Omit<BuiltProgram, 'program'>,
    choice: MemoryChoice | null,
  ) {
    this.memoryLayout = choice?.reason ?? null;
    // On a GPU, most of it is the device's memory.
    this.memoryEstimate = engine.device === 'cpu' ? (choice?.estimate ?? null) : null;
    this.engine = engineDescription(engine, programPolicy(engine, options.precision));
    this.#program = program;
    this.#options = options;
    this.#parameters = arrays.parameters;
    this.#slots = arrays.slots;
    this.#isLive = arrays.reference !== null;
    this.preference = options.preference ? this.#preferenceSide(arrays.reference) : null;
  }

  /** Traces the functions of every shape and opens them in the engine. XLA compiles each at its first call. */
  static async create(engine: CompiledEngine, options: ProgramOptions): Promise<CompiledProgram> {
    const choice = options.memory ? null : memoryChoice(engine, options);
    const laidOut = choice
      ? { ...options, microBatch: options.microBatch ?? choice.microBatch, memory: choice.policy }
      : options;
    const { program, ...arrays } = await buildProgram(engine, laidOut);
    const created = new CompiledProgram(engine, program, options, arrays, choice);
    if (options.seed !== null) await created.drawParameters(options.seed);
    else await program.call('fill_slots', { value: 0 });
    return created;
  }

  async step(shape: StepShape, batch: Batch, learningRate: number, step: number) {
    requirePredictedToken(batch);
    const feeds = await this.#feeds(shape, batch);
    const { decay, stepSize, secondCorrection } = stepFactors(this.#options.optimizer, learningRate, step);
    const factors = { decay, step_size: stepSize, second_correction: secondCorrection };
    const result = await this.#program.call(trainSignature(shape), { ...feeds, ...factors });
    const { loss, gradient_norm, metrics } = result;
    const said = metrics && { metrics: preferenceMetrics(metrics) };
    return { loss: loss![0]!, gradientNorm: gradient_norm![0]!, ...said };
  }

  async evaluate(shape: StepShape, batch: Batch) {
    const { loss_sum, tokens } = await this.#program.call(evaluateSignature(shape), await this.#feeds(shape, batch));
    return { lossSum: loss_sum![0]!, tokens: tokens![0]! };
  }

  /** What a batch feeds; of pairs also the reference's log-likelihoods, computed here where the program keeps it. */
  async #feeds(shape: StepShape, batch: Batch): Promise<Feeds> {
    const feeds = batchFeeds(shape, batch, this.#options.model.vocab);
    if (this.preference === null) return feeds;
    const reference = this.#isLive ? await this.#logps(shape, batch, 'reference') : batch.reference;
    if (reference === undefined) throw new Error('a batch of pairs without its reference');
    return { ...feeds, reference };
  }

  async #logps(shape: StepShape, batch: Batch, of: 'model' | 'reference'): Promise<Float32Array> {
    const feeds = batchFeeds(shape, batch, this.#options.model.vocab);
    const { logps } = await this.#program.call(logpsSignature(shape, of), feeds);
    return logps as Float32Array;
  }

  #preferenceSide(reference: ResidentArrays | null): PreferenceSide {
    return {
      live: reference !== null,
      logps: (shape, batch) => this.#logps(shape, batch, 'model'),
      writeReference: async (parameters) => {
        if (reference === null) throw new Error('this program keeps no reference model');
        const valuesOf = valuesByName(this.#parameters.layout, parameters);
        await writeArrays(this.#program, reference, (name) => valuesOf(modelName(name)));
      },
    };
  }

  async readState(mostBytes?: number) {
    return {
      parameters: await readArrays(this.#program, this.#parameters, mostBytes),
      slots: await readArrays(this.#program, this.#slots, mostBytes),
    };
  }

  readParameters() {
    return readArrays(this.#program, this.#parameters);
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

  async drawParameters(seed: number) {
    await writeArrays(this.#program, this.#parameters, initialValuesByName(this.#options.model, seed));
    await this.#program.call('fill_slots', { value: 0 });
  }

  tensorCount(): number {
    return this.#program.tensorCount();
  }

  dispose(): void {
    this.#program.dispose();
  }
}

type Feeds = Readonly<Record<string, Int32Array | Float32Array>>;

function memoryChoice(engine: CompiledEngine, options: ProgramOptions): MemoryChoice {
  return chooseMemoryPolicy({
    model: options.model,
    shapes: options.shapes,
    recompute: options.recompute ?? 'none',
    compiledPasses: programPolicy(engine, options.precision).passes.xla,
    device: engine.device,
    // A pair's two responses are computed together.
    divisible: options.preference === undefined,
    memoryBytes: options.memoryBytes ?? machineMemoryBytes(),
  });
}

function batchFeeds(shape: StepShape, batch: Batch, vocab: number): Feeds {
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
