import { existsSync } from 'node:fs';
import path from 'node:path';
import { installedPackage } from './package-sources.ts';
import { ENGINE_VERSIONS } from './versions.ts';

/**
 * Folder of `@tensorflow/tfjs-node-gpu`, whose scripts drive the addon: the checkout's, else the one that
 * `smol engine install` fetched beside the engine in `folder`; null when it is in neither. (An npm without this project's
 * `.npmrc` drops the optional package, while another checkout built the engine without fetching it.)
 */
export function scriptsFolder(folder: string, fetched: string | null): string | null {
  const own = installedPackage('@tensorflow/tfjs-node-gpu', ENGINE_VERSIONS.tfjsNode);
  if (own) return own;
  const kept = fetched === null ? null : path.join(folder, fetched);
  return kept && existsSync(kept) ? kept : null;
}
