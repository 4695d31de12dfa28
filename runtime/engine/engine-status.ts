import { availableParallelism } from 'node:os';
import { compileCacheFolder, processorFeatures } from './engine-environment.ts';
import { engineFolder } from './install/install-engine.ts';
import { type EngineManifest, readManifest } from './install/manifest.ts';
import { ENGINE_VERSIONS } from './install/versions.ts';

/** What is known of the compiled engine without loading it. */
export interface EngineStatus {
  readonly installed: boolean;
  /** Why it is not usable, in lower case; null when installed. */
  readonly problem: string | null;
  readonly folder: string;
  readonly versions: typeof ENGINE_VERSIONS;
  readonly manifest: EngineManifest | null;
  /** Where compiled programs are kept between processes. */
  readonly compiledPrograms: string;
  readonly threads: number;
  /** Vector instructions of this processor that TensorFlow and XLA use, best first. */
  readonly vectorInstructions: readonly string[];
}

const VECTOR_INSTRUCTIONS = ['amx_bf16', 'avx512_bf16', 'avx512f', 'avx2', 'fma', 'avx'];

/** Looks at the cache folder; loads nothing. */
export function engineStatus(env: Readonly<Record<string, string | undefined>> = process.env): EngineStatus {
  const folder = engineFolder(env);
  const state = readManifest(folder);
  const features = new Set(processorFeatures());
  return {
    installed: 'manifest' in state,
    problem: 'problem' in state ? state.problem : null,
    folder,
    versions: ENGINE_VERSIONS,
    manifest: 'manifest' in state ? state.manifest : null,
    compiledPrograms: compileCacheFolder(env),
    threads: engineThreads(env),
    vectorInstructions: VECTOR_INSTRUCTIONS.filter((name) => features.has(name)),
  };
}

/** TensorFlow's own rule: `TF_NUM_INTRAOP_THREADS`, else the processors this process may use. */
export function engineThreads(env: Readonly<Record<string, string | undefined>> = process.env): number {
  return Number(env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
}
