import { availableParallelism } from 'node:os';
import { compileCacheFolder, processorFeatures } from './engine-environment.ts';
import { findEngine } from './find-engine.ts';
import type { EngineManifest } from './install/manifest.ts';
import type { EngineVariant } from './install/variant.ts';

/** What is known of the compiled engine without loading it. */
export interface EngineStatus {
  readonly installed: boolean;
  /** Why it is not usable, in lower case; null when installed. */
  readonly problem: string | null;
  readonly folder: string;
  /** What it is built for, and of which versions. */
  readonly variant: EngineVariant;
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
  const found = findEngine(env);
  const features = new Set(processorFeatures());
  return {
    installed: 'manifest' in found,
    problem: 'problem' in found ? found.problem : null,
    folder: found.folder,
    variant: found.variant,
    manifest: 'manifest' in found ? found.manifest : null,
    compiledPrograms: compileCacheFolder(env, found.variant),
    threads: engineThreads(env),
    vectorInstructions: VECTOR_INSTRUCTIONS.filter((name) => features.has(name)),
  };
}

/** TensorFlow's own rule: `TF_NUM_INTRAOP_THREADS`, else the processors this process may use. */
export function engineThreads(env: Readonly<Record<string, string | undefined>> = process.env): number {
  return Number(env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
}
