import { version_core } from '@tensorflow/tfjs-core';
import { EngineMissingError } from '../engine/engine-error.ts';
import { type FallbackEngine, loadFallbackEngine } from '../engine/fallback.ts';
import { type CompiledEngine, loadCompiledEngine } from '../engine/load.ts';
import { CompiledScorer } from '../evaluate/scoring/compiled-scorer.ts';
import { EagerScorer } from '../evaluate/scoring/eager-scorer.ts';
import { CompiledDecoder } from '../model/generation/compiled-decoder.ts';
import { EagerDecoder } from '../model/generation/eager-decoder.ts';
import { CompiledProgram } from './compiled-program.ts';
import { EagerProgram } from './eager-program.ts';
import type { RunEngine } from './run-engine.ts';
import type { EngineChoice } from './run-options.ts';

/** The engine that runs, and why it is not the compiled one where that was to be had if possible. */
export interface ChosenEngine {
  readonly engine: RunEngine;
  /** Set when `auto` fell back to WebAssembly: what is missing, and how to get it. */
  readonly missing: EngineMissingError | null;
}

/**
 * Loads an engine. `auto` takes the compiled one where it is installed, else WebAssembly, and says so.
 * Throws `EngineMissingError` for `compiled` when it is not installed, `EngineError` when an engine cannot be started.
 */
export async function chooseEngine(choice: EngineChoice): Promise<ChosenEngine> {
  if (choice === 'webgpu') return { engine: await webgpuEngine(), missing: null };
  if (choice === 'wasm') return { engine: runEngine(await loadFallbackEngine()), missing: null };
  try {
    return { engine: runEngine(await loadCompiledEngine()), missing: null };
  } catch (error) {
    if (choice === 'compiled' || !(error instanceof EngineMissingError)) throw error;
    return { engine: runEngine(await loadFallbackEngine()), missing: error };
  }
}

function runEngine(engine: CompiledEngine | FallbackEngine): RunEngine {
  if (engine.kind === 'compiled') {
    return {
      identity: { library: 'tensorflow', version: engine.tensorflow, device: engine.device },
      capabilities: engine.capabilities,
      createProgram: (options) => CompiledProgram.create(engine, options),
      createDecoder: (options) => CompiledDecoder.create(engine, options),
      createScorer: (options) => CompiledScorer.create(engine, options),
    };
  }
  return {
    identity: { library: 'tfjs', version: version_core, device: 'cpu' },
    capabilities: engine.capabilities,
    createProgram: async (options) => new EagerProgram(options, 'WebAssembly (fallback)'),
    createDecoder: async (options) => new EagerDecoder(options),
    createScorer: async (options) => new EagerScorer(options),
  };
}

/** Asked for by name only: what it computes with is the person's choice. */
async function webgpuEngine(): Promise<RunEngine> {
  const { loadWebgpuEngine } = await import('../engine/webgpu.ts');
  const { WebgpuProgram } = await import('./webgpu-program.ts');
  const engine = await loadWebgpuEngine();
  return {
    identity: { library: 'tfjs', version: version_core, device: 'gpu' },
    capabilities: engine.capabilities,
    createProgram: async (options) => new WebgpuProgram(options, engine),
    createDecoder: async (options) => new EagerDecoder(options),
    createScorer: async (options) => new EagerScorer(options),
  };
}
