import type * as tf from '@tensorflow/tfjs-core';
import type { CompiledEngine } from '../../engine/load.ts';
import type { LoadedProgram } from '../../engine/program/loaded-program.ts';
import { ProgramBuilder } from '../../engine/program.ts';
import type { Decoder } from '../../train/program.ts';
import { decoderParameters } from '../decoder-parameters.ts';
import { valuesByName } from '../in-layout-order.ts';
import { parameterLayout } from '../parameters.ts';
import { declareArrays, writeArrays } from '../resident-arrays.ts';
import { cacheShape, decodeToken } from './cached-decoding.ts';
import type { DecoderOptions } from './decoder-options.ts';
import { requireToken } from './require-token.ts';

/** A decoder compiled by XLA: a token is one call; parameters and cache stay in the engine. */
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

  /** Traces one step of decoding and opens it in the engine. XLA compiles it at the first token. */
  static async create(engine: CompiledEngine, options: DecoderOptions): Promise<CompiledDecoder> {
    const { model, ropeTheta, capacity } = options;
    const layout = parameterLayout(model);
    const caches = Array.from({ length: model.layers }, (_, layer) => [`cache.${layer}.keys`, `cache.${layer}.values`]);
    const shape = cacheShape(model, capacity);
    const builder = new ProgramBuilder(engine, [...layout, ...caches.flat().map((name) => ({ name, shape }))]);
    const inputs = [
      { name: 'token', type: 'int32', shape: [1] },
      { name: 'position', type: 'int32', shape: [] },
    ] as const;
    const uses = [...layout.map(({ name }) => name), ...caches.flat()];
    builder.define('decode', inputs, uses, { xla: true }, (feeds, read) => {
      const before = caches.map(([keys, values]) => ({
        keys: read(keys!) as tf.Tensor4D,
        values: read(values!) as tf.Tensor4D,
      }));
      const [token, position] = [feeds.token as tf.Tensor1D, feeds.position as tf.Scalar];
      const step = decodeToken(model, ropeTheta, decoderParameters(model, read), before, token, position);
      const updates = step.caches.flatMap(({ keys, values }, layer) => [
        [caches[layer]![0]!, keys] as const,
        [caches[layer]![1]!, values] as const,
      ]);
      return { outputs: { logits: step.logits }, updates: Object.fromEntries(updates) };
    });
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

  async next(token: number): Promise<Float32Array> {
    if (this.#position >= this.capacity) throw new RangeError(`the context of ${this.capacity} tokens is full`);
    requireToken(token, this.#vocab);
    const { logits } = await this.#program.call('decode', { token: Int32Array.of(token), position: this.#position });
    this.#position++;
    return logits as Float32Array;
  }

  dispose(): void {
    this.#program.dispose();
  }
}
