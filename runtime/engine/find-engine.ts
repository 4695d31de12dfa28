import { type EngineManifest, readManifest } from './install/manifest.ts';
import { ENGINE_VARIANTS, type EngineDevice, type EngineVariant, engineFolder } from './install/variant.ts';
import { nvidiaDriver } from './nvidia-driver.ts';

/** A complete engine in the cache. */
export interface FoundEngine {
  readonly variant: EngineVariant;
  readonly folder: string;
  readonly manifest: EngineManifest;
}

/**
 * The engine that a run loads: the one for GPUs where it is installed and there is an NVIDIA driver, else the one for
 * processors. `SMOL_DEVICE` (`cpu` or `gpu`) chooses one. Where there is none, the problem of the one that was wanted.
 */
export function findEngine(
  env: Readonly<Record<string, string | undefined>> = process.env,
): FoundEngine | { readonly variant: EngineVariant; readonly folder: string; readonly problem: string } {
  const asked = env.SMOL_DEVICE;
  if (asked === 'cpu' || asked === 'gpu') return lookAt(asked, env);
  const forGpu = lookAt('gpu', env);
  if ('manifest' in forGpu && nvidiaDriver() !== null) return forGpu;
  const forProcessors = lookAt('cpu', env);
  return 'manifest' in forProcessors || !('manifest' in forGpu) ? forProcessors : forGpu;
}

function lookAt(device: EngineDevice, env: Readonly<Record<string, string | undefined>>) {
  const variant = ENGINE_VARIANTS[device];
  const folder = engineFolder(env, variant);
  return { variant, folder, ...readManifest(folder, variant) };
}
