import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import '@tensorflow/tfjs-layers'; // Registers the gradients of all kernels, which tfjs-core's Node build leaves out.
import * as tf from '@tensorflow/tfjs-core';
import { type EngineCapabilities, WEBGPU_CAPABILITIES } from './capabilities.ts';
import { EngineError, EngineMissingError } from './engine-error.ts';
import { webgpuFolder } from './install/install-webgpu.ts';
import { withOwnCore } from './own-core.ts';

/** TensorFlow.js's WebGPU backend on Dawn: a GPU of any vendor, op by op, in float32. */
export interface WebgpuEngine {
  readonly kind: 'webgpu';
  readonly capabilities: EngineCapabilities;
  /** As the driver names itself. */
  readonly device: string;
  /**
   * Throws `EngineError` when the device has reported an error: WebGPU never throws, it goes on with zeros, so every result
   * that is read must be followed by this.
   */
  readonly requireHealthy: () => void;
}

interface Dawn {
  readonly create: (flags: readonly string[]) => object;
  readonly globals: object;
}

/** What is used of a WebGPU device here. */
interface Device {
  readonly lost: Promise<{ readonly message: string }>;
  addEventListener(
    name: 'uncapturederror',
    act: (event: { readonly error: { readonly message: string } }) => void,
  ): void;
}

let loaded: Promise<WebgpuEngine> | null = null;

/**
 * Loads the engine that `smol engine install --webgpu` fetched, once a process, and makes it TensorFlow.js's current backend.
 * Throws `EngineMissingError` when it is not there, `EngineError` when no GPU can be used.
 */
export function loadWebgpuEngine(): Promise<WebgpuEngine> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<WebgpuEngine> {
  const packages = path.join(webgpuFolder(), 'node_modules');
  const require = createRequire(path.join(packages, 'place.js'));
  await offerGpu(path.join(packages, 'webgpu', 'index.js'));
  withOwnCore(require, ['@tensorflow/tfjs-core'], () => require('@tensorflow/tfjs-backend-webgpu'));
  const ready = await tf.setBackend('webgpu').catch(() => false);
  if (!ready) {
    throw new EngineError(
      'WebGPU finds no usable GPU',
      'it needs a Vulkan driver (Linux), Metal (macOS) or Direct3D 12 (Windows); without one, use another engine',
    );
  }
  const { device, adapterInfo } = tf.backend() as unknown as { device: Device; adapterInfo: Record<string, string> };
  // Small operations, too, run on the device: the processor's own answer could not be read synchronously.
  tf.env().set('WEBGPU_CPU_HANDOFF_SIZE_THRESHOLD', 0);
  return {
    kind: 'webgpu',
    capabilities: WEBGPU_CAPABILITIES,
    device: [adapterInfo.vendor, adapterInfo.architecture].filter(Boolean).join(' ') || 'a GPU',
    requireHealthy: healthOf(device),
  };
}

/** Makes `navigator.gpu` of Dawn, as a browser has it. */
async function offerGpu(entry: string): Promise<void> {
  let dawn: Dawn;
  try {
    dawn = (await import(pathToFileURL(entry).href)) as Dawn;
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' ? 'it is not installed' : message(error);
    throw new EngineMissingError(`the WebGPU engine cannot be used: ${reason}`, 'run `smol engine install --webgpu`', {
      cause: error,
    });
  }
  Object.assign(globalThis, dawn.globals);
  const scope = globalThis as { navigator?: object };
  scope.navigator ??= {};
  Object.defineProperty(scope.navigator, 'gpu', { value: dawn.create([]), configurable: true });
  // Dawn's threads hold the process open, and end with the object.
  process.once('exit', () => Reflect.deleteProperty(scope.navigator as object, 'gpu'));
}

function healthOf(device: Device): () => void {
  let failure: string | null = null;
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??= error.message.split('\n')[0] ?? 'an error without a message';
  });
  void device.lost.then(({ message }) => {
    failure ??= message || 'the device was lost';
  });
  return () => {
    if (failure === null) return;
    throw new EngineError(
      `the GPU reported an error: ${failure}`,
      'use a smaller model or batch, or another engine; the last checkpoint is good',
    );
  };
}

function message(error: unknown): string {
  return (error as Error).message.split('\n')[0] ?? 'no reason given';
}
