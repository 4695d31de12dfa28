import { createRequire } from 'node:module';
import path from 'node:path';
import nodeUtil from 'node:util';
import '@tensorflow/tfjs-layers'; // Registers the gradients of all kernels, which tfjs-core's Node build leaves out.
import * as tf from '@tensorflow/tfjs-core';
import { COMPILED_CAPABILITIES, type EngineCapabilities } from './capabilities.ts';
import { compileCacheFolder, prepareEnvironment, processorFeatures } from './engine-environment.ts';
import { EngineMissingError } from './engine-error.ts';
import { engineThreads } from './engine-status.ts';
import { findEngine } from './find-engine.ts';
import { scriptsFolder } from './install/scripts-folder.ts';
import { ADDON_FILE } from './install/versions.ts';
import type { NativeBackend, NativeBinding } from './native-backend.ts';
import { withOwnCore } from './own-core.ts';
import { pruneFolder } from './prune-folder.ts';

/** TensorFlow, loaded into this process and registered as the TensorFlow.js backend `tensorflow`. */
export interface CompiledEngine {
  readonly kind: 'compiled';
  readonly capabilities: EngineCapabilities;
  /** Version of the native library, as it reports itself. */
  readonly tensorflow: string;
  readonly backend: NativeBackend;
  readonly device: 'cpu' | 'gpu';
  /** Whether the device has instructions for products in bfloat16. */
  readonly bfloat16: boolean;
  /** Worker threads of TensorFlow and XLA on the CPU. */
  readonly threads: number;
  /** From the call to a usable backend. */
  readonly loadMilliseconds: number;
}

const HELP = 'run `smol engine install` (about a minute; needs Python 3 with pip and a C++ compiler)';

/** Processor features, as Linux names them, by which oneDNN multiplies bfloat16. */
const BFLOAT16_FEATURES: readonly string[] = ['avx512_bf16', 'amx_bf16'];

/** Compiled programs kept on disk; a 135M-parameter step takes 32 MB. */
const COMPILE_CACHE_BYTES = 2_000_000_000;

let loaded: Promise<CompiledEngine> | null = null;

/**
 * Loads the engine that `smol engine install` built, once a process, and makes it TensorFlow.js's current backend. Throws
 * `EngineMissingError` when it is not there or cannot be loaded.
 */
export function loadCompiledEngine(): Promise<CompiledEngine> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<CompiledEngine> {
  const started = performance.now();
  const found = findEngine();
  if ('problem' in found) throw new EngineMissingError(`the compiled engine cannot be used: ${found.problem}`, HELP);
  const { folder, manifest, variant } = found;
  const scripts = scriptsFolder(folder, manifest.tfjsNode)!;
  await pruneFolder(compileCacheFolder(process.env, variant), COMPILE_CACHE_BYTES);
  prepareEnvironment(process.env, variant);
  const binding = loadAddon(path.join(folder, variant.libraryFolder, ADDON_FILE));
  const NodeBackend = loadScripts(scripts);
  const name = '@tensorflow/tfjs-node-gpu';
  tf.registerBackend('tensorflow', () => new NodeBackend(binding, name), 3);
  await tf.setBackend('tensorflow');
  const backend = tf.backend() as NativeBackend;
  const device = backend.isUsingGpuDevice ? 'gpu' : 'cpu';
  const bfloat16 = device === 'gpu' || processorFeatures().some((feature) => BFLOAT16_FEATURES.includes(feature));
  return {
    kind: 'compiled',
    capabilities: { ...COMPILED_CAPABILITIES, convertedPrecisions: bfloat16 ? [] : ['bf16'] },
    tensorflow: binding.TF_Version,
    backend,
    device,
    bfloat16,
    threads: engineThreads(),
    loadMilliseconds: performance.now() - started,
  };
}

function loadAddon(file: string): NativeBinding {
  try {
    return createRequire(import.meta.url)(file) as NativeBinding;
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new EngineMissingError(
      `the compiled engine cannot be loaded: ${reason}`,
      'run `smol engine install --force`',
      {
        cause: error,
      },
    );
  }
}

type NodeBackendClass = new (binding: NativeBinding, packageName: string) => NativeBackend;

/** What the package's files ask for; of both they use only what tfjs-core has. */
const STOOD_IN_FOR = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'];

/** Loads the backend class and registers its kernels. Layers, converter and the browser backends stay out: 70 ms instead of 300. */
function loadScripts(folder: string): NodeBackendClass {
  restoreRemovedUtilities();
  const require = createRequire(path.join(folder, 'dist', 'index.js'));
  return withOwnCore(require, STOOD_IN_FOR, () => {
    require('./register_all_kernels.js');
    const { NodeJSKernelBackend } = require('./nodejs_kernel_backend.js') as { NodeJSKernelBackend: NodeBackendClass };
    return NodeJSKernelBackend;
  });
}

/** Node 24 removed two functions of `util` that the package's kernels call (as properties, at the time of the call). */
function restoreRemovedUtilities(): void {
  const target = nodeUtil as unknown as Record<string, unknown>;
  target.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  target.isArray ??= Array.isArray;
}
