import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamedArray } from '../model/types.ts';
import { syncFolder, withFile } from '../run-folder/durable-file.ts';
import { makeFolders } from '../run-folder/make-folders.ts';
import { checkpointName } from './checkpoint-folder.ts';
import { type CheckpointFile, type CheckpointManifest, manifestName } from './manifest.ts';
import { writeSafetensors } from './safetensors.ts';

/** Everything a run needs to go on from a step: the data position is the step itself (sampler.md, section 4). */
export interface Checkpoint {
  readonly step: number;
  readonly plan: string;
  readonly parameters: readonly NamedArray[];
  readonly slots: readonly NamedArray[];
}

/**
 * Writes `checkpoints/step-N`. At every moment the folder of that name is absent or whole: the files go to a temporary folder,
 * are synced, the manifest with sizes and hashes is written last, and the folder is renamed into place. A folder that already
 * has the name (one that did not verify) is moved aside first.
 * Returns the manifest. Throws the file system's error (no space, no permission) and leaves no checkpoint then.
 */
export async function writeCheckpoint(checkpoints: string, checkpoint: Checkpoint): Promise<CheckpointManifest> {
  const name = checkpointName(checkpoint.step);
  const temporary = join(checkpoints, `.${name}.tmp`);
  await rm(temporary, { recursive: true, force: true });
  makeFolders(temporary);
  try {
    const manifest: CheckpointManifest = {
      format: 1,
      step: checkpoint.step,
      plan: checkpoint.plan,
      files: [
        await writeArrays(temporary, 'parameters.safetensors', checkpoint.parameters),
        await writeArrays(temporary, 'optimizer.safetensors', checkpoint.slots),
      ],
    };
    await withFile(join(temporary, manifestName), 'w', async (file) => {
      await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
      await file.sync();
    });
    await syncFolder(temporary);
    await moveIntoPlace(checkpoints, temporary, name);
    return manifest;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Removes what a killed process left half written. Call under the run folder's lock. */
export async function removeLeftovers(checkpoints: string): Promise<void> {
  if (!existsSync(checkpoints)) return;
  for (const name of await readdir(checkpoints)) {
    if (/^\.step-\d+\.(tmp|old)$/.test(name)) await rm(join(checkpoints, name), { recursive: true, force: true });
  }
}

async function writeArrays(
  folder: string,
  name: CheckpointFile['name'],
  arrays: readonly NamedArray[],
): Promise<CheckpointFile> {
  return withFile(join(folder, name), 'w', async (file) => {
    const written = await writeSafetensors(file, arrays);
    await file.sync();
    return { name, ...written };
  });
}

async function moveIntoPlace(checkpoints: string, temporary: string, name: string): Promise<void> {
  const target = join(checkpoints, name);
  const aside = join(checkpoints, `.${name}.old`);
  await rm(aside, { recursive: true, force: true });
  if (existsSync(target)) await rename(target, aside);
  await rename(temporary, target);
  await syncFolder(checkpoints);
  await rm(aside, { recursive: true, force: true });
}
