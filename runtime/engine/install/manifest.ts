import { readFileSync, statSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256File } from './fetch-wheel.ts';
import type { Compiler } from './find-compiler.ts';
import { scriptsFolder } from './scripts-folder.ts';
import { ENGINE_VARIANTS, type EngineVariant } from './variant.ts';
import { ADDON_FILE, type EngineVersions, LIBRARIES } from './versions.ts';

/** `manifest.json` of an installed engine: what it is, written last, so that its presence means complete. */
export interface EngineManifest {
  readonly key: string;
  readonly versions: EngineVersions;
  readonly compiler: string;
  /** Folder of `@tensorflow/tfjs-node-gpu` below the engine's own, when the checkout had none; else null. */
  readonly tfjsNode: string | null;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
}

const MANIFEST = 'manifest.json';

/** Hashes the files in `folder` and writes the manifest. */
export async function writeManifest(
  folder: string,
  variant: EngineVariant,
  compiler: Compiler,
  tfjsNode: string | null,
): Promise<void> {
  const files = await Promise.all(
    [ADDON_FILE, ...LIBRARIES].map(async (library) => {
      const name = path.posix.join(variant.libraryFolder, library);
      const file = path.join(folder, name);
      return { name, bytes: (await stat(file)).size, sha256: await sha256File(file) };
    }),
  );
  const manifest: EngineManifest = {
    key: variant.key,
    versions: variant.versions,
    compiler: compiler.version,
    tfjsNode,
    files,
  };
  await writeFile(path.join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * The manifest of a complete engine of the wanted version that this program can drive, or the reason why there is none. Sizes are compared, not
 * hashes: hashing 850 MB would cost a second at each start.
 */
export function readManifest(
  folder: string,
  variant: EngineVariant = ENGINE_VARIANTS.cpu,
): { manifest: EngineManifest } | { problem: string } {
  let manifest: EngineManifest;
  try {
    manifest = JSON.parse(readFileSync(path.join(folder, MANIFEST), 'utf8')) as EngineManifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { problem: 'it is not installed' };
    return { problem: `\`${MANIFEST}\` cannot be read: ${(error as Error).message}` };
  }
  if (manifest.key !== variant.key) return { problem: 'the manifest is of another version' };
  for (const { name, bytes } of manifest.files) {
    const size = statSync(path.join(folder, name), { throwIfNoEntry: false })?.size;
    if (size !== bytes) return { problem: `\`${name}\` has ${size ?? 'no'} bytes instead of ${bytes}` };
  }
  if (scriptsFolder(folder, manifest.tfjsNode) === null) {
    return {
      problem: `\`@tensorflow/tfjs-node-gpu\` ${variant.versions.tfjsNode} is neither in \`node_modules\` nor beside it`,
    };
  }
  return { manifest };
}
