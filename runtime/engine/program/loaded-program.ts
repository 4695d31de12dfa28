import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { SERVE_TAG, type Signature, type SignatureTensor } from '../graph/saved-model.ts';
import type { CompiledEngine } from '../load.ts';
import type { NativeBackend } from '../native-backend.ts';
import { sizeOf } from '../trace/shapes/shape-function.ts';

export type NumberArray = Float32Array | Int32Array;

/** What is fed for an input: its values in memory order, a number for a scalar, or a tensor that the engine holds. */
export type Feed = NumberArray | number | tf.Tensor;

/** Writes an encoded program to a temporary folder, opens a session on it, and removes the folder. */
export async function openProgram(
  engine: CompiledEngine,
  encoded: Uint8Array,
  signatures: ReadonlyMap<string, Signature>,
): Promise<LoadedProgram> {
  const folder = mkdtempSync(path.join(tmpdir(), 'smol-program-'));
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), encoded);
    const session = engine.backend.loadSavedModelMetaGraph(folder, SERVE_TAG);
    return new LoadedProgram(engine.backend, session, signatures, encoded.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program in the engine: signatures by name, over one set of variables. */
export class LoadedProgram {
  /** Size of the written program, variables' values not among it. */
  readonly bytes: number;
  readonly #backend: NativeBackend;
  readonly #session: number;
  readonly #signatures: ReadonlyMap<string, Signature>;
  #disposed = false;

  constructor(backend: NativeBackend, session: number, signatures: ReadonlyMap<string, Signature>, bytes: number) {
    this.#backend = backend;
    this.#session = session;
    this.#signatures = signatures;
    this.bytes = bytes;
  }

  /**
   * Runs a signature and reads all its outputs. Every input must be fed with exactly its size. The computation blocks the
   * event loop. The first call of an XLA function compiles it.
   */
  async call(name: string, feeds: Readonly<Record<string, Feed>> = {}): Promise<Record<string, NumberArray>> {
    const results = this.#run(name, feeds);
    return Object.fromEntries(
      results.map(([key, tensor]) => {
        const values = tensor.dataSync() as NumberArray;
        tensor.dispose();
        return [key, values];
      }),
    );
  }

  /** As `call`, but the outputs stay in the engine as tensors, which the caller disposes. */
  callTensors(name: string, feeds: Readonly<Record<string, Feed>> = {}): Record<string, tf.Tensor> {
    return Object.fromEntries(this.#run(name, feeds));
  }

  #run(name: string, feeds: Readonly<Record<string, Feed>>): [string, tf.Tensor][] {
    if (this.#disposed) throw new Error('the program has been disposed');
    const signature = this.#signatures.get(name);
    if (!signature) throw new Error(`the program has no signature \`${name}\``);
    const unknown = Object.keys(feeds).find((key) => !signature.inputs.has(key));
    if (unknown !== undefined) throw new Error(`\`${name}\` has no input \`${unknown}\``);
    const inputs = [...signature.inputs].map(([key, input]) => this.#feed(name, key, input, feeds[key]));
    try {
      const infos = [...signature.inputs.values()].map((input) => ({ name: `${input.node}:0` }));
      const outputs = [...signature.outputs.values()].map((output) => `${output.node}:0`);
      const tensors = inputs.map((input) => input.tensor);
      const results = this.#backend.runSavedModel(this.#session, tensors, infos, outputs);
      return [...signature.outputs.keys()].map((key, index) => [key, results[index] as tf.Tensor]);
    } finally {
      for (const { tensor, own } of inputs) if (own) this.#backend.disposeData(tensor.dataId);
    }
  }

  #feed(
    name: string,
    key: string,
    input: SignatureTensor,
    feed: Feed | undefined,
  ): { tensor: tf.TensorInfo; own: boolean } {
    if (feed === undefined) throw new Error(`\`${name}\` was called without \`${key}\``);
    if (feed instanceof tf.Tensor) {
      if (String(feed.shape) === String(input.shape) && feed.dtype === input.type) return { tensor: feed, own: false };
      throw new Error(`\`${key}\` of \`${name}\` is ${input.type} [${input.shape}], not ${feed.dtype} [${feed.shape}]`);
    }
    const values = typeof feed === 'number' ? [feed] : feed;
    const typed = input.type === 'int32' ? asInt32(values) : asFloat32(values);
    const shape = [...input.shape];
    if (typed.length !== sizeOf(shape)) {
      throw new Error(`\`${key}\` of \`${name}\` takes ${sizeOf(shape)} numbers [${shape}], not ${typed.length}`);
    }
    const dtype = input.type === 'int32' ? 'int32' : 'float32';
    return { tensor: { dataId: this.#backend.write(typed, shape, dtype), shape, dtype }, own: true };
  }

  /** Tensors the engine's JavaScript side holds now, of this program and of everything else: constant over steps. */
  tensorCount(): number {
    return this.#backend.numDataIds();
  }

  /** Closes the session and frees the variables. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#backend.deleteSavedModel(this.#session);
  }
}

function asInt32(values: ArrayLike<number>): Int32Array {
  return values instanceof Int32Array ? values : Int32Array.from(values);
}

function asFloat32(values: ArrayLike<number>): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}
