import path from 'node:path';
import { cacheFolder } from '../cache-folder.ts';
import { CUDA_PACKAGES } from './cuda-packages.ts';
import { ENGINE_VERSIONS, type EngineVersions, engineKey } from './versions.ts';

/** A compiled engine is built for processors, or for NVIDIA GPUs and processors. */
export type EngineDevice = 'cpu' | 'gpu';

/** What distinguishes the two builds. */
export interface EngineVariant {
  readonly device: EngineDevice;
  readonly versions: EngineVersions;
  /** Name of its folder in the cache. */
  readonly key: string;
  /**
   * Folder of the libraries and the addon, below the engine's own. TensorFlow's CUDA build looks for NVIDIA's libraries
   * beside its own folder, in the folders `lib` of the packages in `../nvidia`.
   */
  readonly libraryFolder: '.' | 'tensorflow';
  /** What is downloaded, for people. */
  readonly downloads: { readonly tensorflow: string; readonly cuda: string | null };
  /** Free bytes an installation needs at its peak: wheels, libraries, headers, objects. */
  readonly installBytes: number;
  /** The command that installs it. */
  readonly installCommand: string;
}

const GPU_VERSIONS: EngineVersions = {
  ...ENGINE_VERSIONS,
  wheelPackage: 'tensorflow',
  wheelSha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
  cuda: CUDA_PACKAGES,
};

export const ENGINE_VARIANTS: Readonly<Record<EngineDevice, EngineVariant>> = {
  cpu: {
    device: 'cpu',
    versions: ENGINE_VERSIONS,
    key: engineKey(),
    libraryFolder: '.',
    downloads: { tensorflow: '274 MB', cuda: null },
    installBytes: 1_500_000_000,
    installCommand: 'smol engine install',
  },
  gpu: {
    device: 'gpu',
    versions: GPU_VERSIONS,
    key: engineKey(GPU_VERSIONS),
    libraryFolder: 'tensorflow',
    downloads: { tensorflow: '572 MB', cuda: '2.8 GB' },
    installBytes: 12_000_000_000,
    installCommand: 'smol engine install --gpu',
  },
};

/** Where the engine of a variant lives: `CACHE/engine/KEY`. */
export function engineFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  variant: EngineVariant = ENGINE_VARIANTS.cpu,
): string {
  return path.join(cacheFolder(env), 'engine', variant.key);
}
