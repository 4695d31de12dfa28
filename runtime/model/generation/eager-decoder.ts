import * as tf from '@tensorflow/tfjs-core';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import type { Decoder } from '../../train/program.ts';
import { type DecoderParameters, decoderParameters } from '../decoder-parameters.ts';
import { inLayoutOrder } from '../in-layout-order.ts';
import { parameterLayout } from '../parameters.ts';
import { tensorOf } from '../tensor-of.ts';
import { cacheShape, decodeTokens, type LayerCache } from './cached-decoding.ts';
import type { DecoderOptions } from './decoder-options.ts';
import { requireRoom } from './require-room.ts';

/** A decoder that runs op by op on the current TensorFlow.js backend. */
export class EagerDecoder implements Decoder {
  readonly capacity: number;
  readonly #model: PlanModel;
  readonly #ropeTheta: number;
  readonly #tensors: ReadonlyMap<string, tf.Tensor>;
  readonly #parameters: DecoderParameters;
  #caches: LayerCache[];
  #position = 0;

  constructor({ model, ropeTheta, capacity, parameters }: DecoderOptions) {
    this.capacity = capacity;
    this.#model = model;
    this.#ropeTheta = ropeTheta;
    this.#tensors = new Map(
      inLayoutOrder(parameterLayout(model), parameters).map((array) => [array.name, tensorOf(array)]),
    );
    this.#parameters = decoderParameters(model, (name) => this.#tensors.get(name)!);
    this.#caches = emptyCaches(model, capacity);
  }

  reset(): void {
    disposeCaches(this.#caches);
    this.#caches = emptyCaches(this.#model, this.capacity);
    this.#position = 0;
  }

  next(token: number): Promise<Float32Array> {
    return this.feed([token]);
  }

  async feed(tokens: readonly number[]): Promise<Float32Array> {
    requireRoom(this, this.#position, tokens, this.#model.vocab);
    const before = this.#caches;
    const { logits, caches } = tf.tidy(() => {
      const feeds = {
        tokens: tf.tensor1d([...tokens], 'int32'),
        position: tf.scalar(this.#position, 'int32'),
        last: tf.scalar(tokens.length - 1, 'int32'),
      };
      return decodeTokens(this.#model, this.#ropeTheta, this.#parameters, before, feeds) as ReturnType<
        typeof decodeTokens
      > &
        tf.TensorContainerObject;
    });
    disposeCaches(before);
    this.#caches = caches;
    this.#position += tokens.length;
    const values = Float32Array.from(await logits.data());
    logits.dispose();
    return values;
  }

  dispose(): void {
    disposeCaches(this.#caches);
    this.#caches = [];
    tf.dispose([...this.#tensors.values()]);
  }
}

function emptyCaches(model: PlanModel, capacity: number): LayerCache[] {
  const shape = cacheShape(model, capacity);
  return Array.from({ length: model.layers }, () => ({ keys: tf.zeros(shape), values: tf.zeros(shape) }));
}

function disposeCaches(caches: readonly LayerCache[]): void {
  tf.dispose(caches.flatMap(({ keys, values }) => [keys, values]));
}
