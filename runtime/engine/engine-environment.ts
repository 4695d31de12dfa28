import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { ENGINE_VARIANTS, type EngineVariant, engineFolder } from './install/variant.ts';
import { nvidiaGpus } from './nvidia-driver.ts';

type Environment = Record<string, string | undefined>;

/**
 * `ConfigProto { gpu_options { allow_growth: true } graph_options { rewrite_options { disable_meta_optimizer: true } } }`,
 * serialised, in hexadecimal. Grappler is off because XLA optimises the same graph again: 16.9 s became 10.2 s to the first
 * step of a 135M model, and its accumulation rewrites (TemporaryVariable) are refused by XLA.
 */
const SESSION_CONFIG = '3202' + '2001' + '5205' + '5203' + '980101';

/**
 * Sets what the native library reads from the environment; must run before it is loaded (Node's `process.env` is the
 * process's own environment, so `getenv` sees the change). What the person has set stays.
 */
export function prepareEnvironment(env: Environment = process.env, variant: EngineVariant = ENGINE_VARIANTS.cpu): void {
  env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  env.SMOL_TF_SESSION_CONFIG ??= SESSION_CONFIG;
  // TensorFlow's own pool keeps a step's temporary arrays for the next one. Without it they are mapped and unmapped anew in
  // every step: of 680 ms of processor time a step (1.3M parameters, B8 T256) 165 were page faults, with it 4.
  env.TF_CPU_ALLOCATOR_USE_BFC ??= 'true';
  if (variant.device === 'gpu') tellOfCuda(env, variant);
  const folder = compileCacheFolder(env, variant);
  const flags = env.TF_XLA_FLAGS ?? '';
  // The flags are split at white space, so a folder with a space in its name goes without the cache.
  if (/\s/.test(folder) || flags.includes('tf_xla_persistent_cache_directory')) return;
  const cache = `--tf_xla_persistent_cache_directory=${folder} --tf_xla_persistent_cache_read_only=false`;
  env.TF_XLA_FLAGS = flags ? `${flags} ${cache}` : cache;
}

/**
 * Where compiled programs are kept between processes. They hold machine code, so the folder's name says which library made
 * them and for which processor. Safe to delete.
 */
export function compileCacheFolder(
  env: Readonly<Environment> = process.env,
  variant: EngineVariant = ENGINE_VARIANTS.cpu,
): string {
  const parts = [...processorFeatures(), ...(variant.device === 'gpu' ? nvidiaGpus() : [])];
  const machine = createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 8);
  return path.join(cacheFolder(env), 'compiled', `${variant.key}-${machine}`);
}

/** XLA compiles for a GPU with the assembler and the device library that came with the engine. */
function tellOfCuda(env: Environment, variant: EngineVariant): void {
  const folder = path.join(engineFolder(env, variant), 'nvidia', 'cuda_nvcc');
  const flags = env.XLA_FLAGS ?? '';
  if (/\s/.test(folder) || flags.includes('xla_gpu_cuda_data_dir')) return;
  env.XLA_FLAGS = `${flags} --xla_gpu_cuda_data_dir=${folder}`.trim();
}

/** The processor's feature flags as Linux states them; empty elsewhere. */
export function processorFeatures(): readonly string[] {
  try {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
    return line.trim().split(/\s+/).sort();
  } catch {
    return [];
  }
}
