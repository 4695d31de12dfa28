import { createHash } from 'node:crypto';
import { ADDON_PRELUDE } from './addon-prelude.ts';

/** The exact things an engine is made of. Changing any of them (or the prelude) gives another cache folder. */
export const ENGINE_VERSIONS = {
  tensorflow: '2.21.0',
  wheelPackage: 'tensorflow-cpu',
  /** Of the wheel for CPython 3.12; only its C libraries and headers are used, so any Python will do. */
  wheelSha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
  wheelPython: '3.12',
  wheelPlatform: 'manylinux_2_27_x86_64',
  tfjsNode: '4.22.0',
  nodeApiHeaders: '1.9.0',
  /** Node-API version the addon asks for: it loads in every Node from 18 on, whatever it was compiled with. */
  nodeApi: 8,
} as const;

export const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const;

export const ADDON_FILE = 'tfjs_binding.node';

/** What engines of every device have in common with this one; an engine for GPUs adds `cuda`. */
export type EngineVersions = { readonly [Name in keyof typeof ENGINE_VERSIONS]: string | number } & {
  readonly cuda?: readonly CudaPackage[];
};

/** A package of NVIDIA's libraries, as pip knows it. */
export interface CudaPackage {
  readonly name: string;
  readonly version: string;
  /** Of the wheel for Linux on x64. */
  readonly sha256: string;
}

/** The name of the engine's folder in the cache: readable versions, then a digest of everything that shapes the build. */
export function engineKey(versions: EngineVersions = ENGINE_VERSIONS): string {
  const recipe = JSON.stringify([versions, ADDON_PRELUDE]);
  const digest = createHash('sha256').update(recipe).digest('hex').slice(0, 8);
  return `${versions.wheelPackage}-${versions.tensorflow}-linux-x64-${digest}`;
}
