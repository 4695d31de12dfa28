import * as tf from '@tensorflow/tfjs-core';
import { loadFallbackEngine } from '../../runtime/engine/fallback.ts';

/** Makes the WebAssembly backend current: it needs no installation. */
export async function useEagerBackend(): Promise<void> {
  await loadFallbackEngine();
  await tf.setBackend('wasm');
}
