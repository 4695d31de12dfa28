import type * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import type { CompiledEngine } from '../../engine/load.ts';
import type { LoadedProgram } from '../../engine/program/loaded-program.ts';
import { ProgramBuilder } from '../../engine/program.ts';
import type { Decoder } from '../../train/program.ts';
import { decoderParameters } from '../decoder-parameters.ts';
import { valuesByName } from '../in-layout-order.ts';
import { parameterLayout } from '../parameters.ts';
import { declareArrays, writeArrays } from '../resident-arrays.ts';
import { cacheShape, decodeTokens } from './cached-decoding.ts';
import type { DecoderOptions } from './decoder-options.ts';
import { requireRoom } from './require-room.ts';

/** Tokens of a prompt that are fed in one call. */
const BLOCK = 64;

/** A decoder compiled by XLA: a token, or a block of the prompt's, is one call; parameters and cache stay in the engine. */
export class CompiledDecoder implements Decoder {
  readonly capacity: number;
  readonly #program: LoadedProgram;
  readonly #vocab: number;
  #position = 0;

  private constructor(program: LoadedProgram, { capacity, model }: DecoderOptions) {
    this.#program = program;
    this.#vocab = model.vocab;
    this.capacity = capacity;
    this.reset();
  }

  /** Traces the feeding of one token and of a block, and opens both in the engine. XLA compiles each when it is first fed. */
  static async create(engine: CompiledEngine, options: DecoderOptions): Promise<CompiledDecoder> {
    const { model, capacity } = options;
    const layout = parameterLayout(model);
    const caches = cacheNames(model);
    const shape = cacheShape(model, capacity);
    const builder = new ProgramBuilder(engine, [...layout, ...caches.flat().map((name) => ({ name, shape }))]);
    defineFeeding(builder, options, 1);
    if (capacity >= BLOCK) defineFeeding(builder, options, BLOCK);
    const parameters = declareArrays(builder, 'parameters', layout);
    builder.fillSignature('cache', caches.flat());
    const program = await builder.load();
    await writeArrays(program, parameters, valuesByName(layout, options.parameters));
    return new CompiledDecoder(program, options);
  }

  reset(): void {
    this.#program.callTensors('fill_cache', { value: 0 }).done!.dispose();
    this.#position = 0;
  }

  next(token: number): Promise<Float32Array> {
    return this.feed([token]);
  }

  /** A prompt shorter than a block is fed token by token: that is sooner done than a block compiled. */
  async feed(tokens: readonly number[]): Promise<Float32Array> {
    requireRoom(this, this.#position, tokens, this.#vocab);
    const block = tokens.length >= BLOCK ? BLOCK : 1;
    let logits = new Float32Array();
    for (let at = 0; at < tokens.length; at += block) {
      const part = tokens.slice(at, at + block);
      const fed = new Int32Array(block);
      fed.set(part);
      const feeds = { tokens: fed, position: this.#position, last: part.length - 1 };
      const result = await this.#program.call(feedSignature(block), feeds);
      logits = result.logits as Float32Array<ArrayBuffer>;
      this.#position += part.length;
    }
    return logits;
  }

  dispose(): void {
    this.#program.dispose();
  }
}

const feedSignature = (count: number): string => `feed_${count}`;

/** Names of each layer's cache variables: of its keys and of its values. */
function cacheNames({ layers }: PlanModel): [string, string][] {
  return Array.from({ length: layers }, (_, layer) => [`cache.${layer}.keys`, `cache.${layer}.values`]);
}

/** Makes the feeding of `count` tokens at a time callable. */
function defineFeeding(builder: ProgramBuilder, { model, ropeTheta }: DecoderOptions, count: number): void {
  const caches = cacheNames(model);
  const uses = [...parameterLayout(model).map(({ name }) => name), ...caches.flat()];
  const inputs = [
    { name: 'tokens', type: 'int32', shape: [count] },
    { name: 'position', type: 'int32', shape: [] },
    { name: 'last', type: 'int32', shape: [] },
  ] as const;
  builder.define(feedSignature(count), inputs, uses, { xla: true }, (feeds, read) => {
    const before = caches.map(([keys, values]) => ({
      keys: read(keys) as tf.Tensor4D,
      values: read(values) as tf.Tensor4D,
    }));
    const { tokens, position, last } = feeds as { tokens: tf.Tensor1D; position: tf.Scalar; last: tf.Scalar };
    const step = decodeTokens(model, ropeTheta, decoderParameters(model, read), before, { tokens, position, last });
    const updates = step.caches.flatMap(({ keys, values }, layer) => {
      const [keysName, valuesName] = caches[layer]!;
      return [[keysName, keys] as const, [valuesName, values] as const];
    });
    return { outputs: { logits: step.logits }, updates: Object.fromEntries(updates) };
  });
}
