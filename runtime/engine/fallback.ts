import { createRequire } from 'node:module';
import path from 'node:path';
import '@tensorflow/tfjs-layers'; // Registers the gradients of all kernels, which tfjs-core's Node build leaves out.
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { type EngineCapabilities, FALLBACK_CAPABILITIES } from './capabilities.ts';
import { EngineError } from './engine-error.ts';
import { repairWasmKernels } from './fallback/wasm-kernels.ts';

/** TensorFlow.js's WebAssembly backend: needs no installation, computes op by op, in float32. */
export interface FallbackEngine {
  readonly kind: 'fallback';
  readonly capabilities: EngineCapabilities;
  readonly backend: tf.KernelBackend;
  readonly threads: number;
}

let loaded: Promise<FallbackEngine> | null = null;

/** Loads the WebAssembly engine, once a process, and makes it TensorFlow.js's current backend. Throws `EngineError`. */
export function loadFallbackEngine(): Promise<FallbackEngine> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<FallbackEngine> {
  wasm.setWasmPaths(`${wasmFolder()}${path.sep}`);
  const ready = await tf.setBackend('wasm').catch(() => false);
  if (!ready) {
    throw new EngineError(
      'the WebAssembly engine cannot be started',
      'run `npm install` again; `smol doctor` shows what is there',
    );
  }
  repairWasmKernels();
  const backend = tf.backend() as tf.KernelBackend;
  return { kind: 'fallback', capabilities: FALLBACK_CAPABILITIES, backend, threads: 1 };
}

/** The `.wasm` files stand beside the package's entry, wherever this program has been bundled to. */
export function wasmFolder(): string {
  return path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
}
