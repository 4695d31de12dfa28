import { join } from 'node:path';
import type { NamedArray } from '../model/types.ts';
import { withFile } from '../run-folder/durable-file.ts';
import { checkpointPath } from './checkpoint-folder.ts';
import {
  type CheckpointFileName,
  type CheckpointManifest,
  manifestName,
  maxManifestBytes,
  parseManifest,
} from './manifest.ts';
import { type ArrayLayout, readSafetensors } from './safetensors.ts';
import type { Checkpoint } from './write-checkpoint.ts';

/** What the plan's model and optimizer keep: the arrays a checkpoint must hold, in order. */
export interface StateLayout {
  readonly parameters: readonly ArrayLayout[];
  readonly slots: readonly ArrayLayout[];
}

/** The plan that a checkpoint must be of: one hash, or what may be of a checkpoint of a step. */
export type PlanRule = string | ((plan: string, step: number) => boolean);

/** The checkpoint cannot be used; the message says why, and begins with the file that is wrong. */
export class CheckpointInvalid extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CheckpointInvalid';
  }
}

/**
 * Reads and verifies the checkpoint of a step: manifest, plan, sizes, headers, SHA-256 of every byte.
 * Throws `CheckpointInvalid`.
 */
export async function readCheckpoint(
  checkpoints: string,
  step: number,
  plan: PlanRule,
  layout: StateLayout,
): Promise<Checkpoint> {
  const folder = checkpointPath(checkpoints, step);
  const manifest = await readCheckpointManifest(folder, plan);
  if (manifest.step !== step) throw new CheckpointInvalid(`${manifestName} is of step ${manifest.step}`);
  const parameters = await readArrays(folder, 'parameters.safetensors', manifest, layout.parameters);
  const slots = await readArrays(folder, 'optimizer.safetensors', manifest, layout.slots);
  return { step, plan: manifest.plan, parameters, slots };
}

/** The parameters alone, verified: what text generation needs. Throws `CheckpointInvalid`. */
export async function readCheckpointParameters(
  folder: string,
  layout: readonly ArrayLayout[],
  plan: PlanRule,
): Promise<NamedArray[]> {
  return readArrays(folder, 'parameters.safetensors', await readCheckpointManifest(folder, plan), layout);
}

/** The manifest alone: the files that it names are not looked at. Throws `CheckpointInvalid`. */
export async function readCheckpointManifest(folder: string, plan: PlanRule): Promise<CheckpointManifest> {
  const manifest = await readManifestFile(folder);
  if (typeof plan === 'string' ? manifest.plan === plan : plan(manifest.plan, manifest.step)) return manifest;
  const wanted = typeof plan === 'string' ? plan.slice(0, 8) : "the run's";
  throw new CheckpointInvalid(`${manifestName} is of plan ${manifest.plan.slice(0, 8)}, not ${wanted}`);
}

function readManifestFile(folder: string): Promise<CheckpointManifest> {
  return explain(manifestName, () =>
    withFile(join(folder, manifestName), 'r', async (file) => {
      const { size } = await file.stat();
      if (size > maxManifestBytes) throw new Error(`has ${size} bytes, more than a manifest can have`);
      return parseManifest(await file.readFile('utf8'));
    }),
  );
}

async function readArrays(
  folder: string,
  name: CheckpointFileName,
  manifest: CheckpointManifest,
  layout: readonly ArrayLayout[],
): Promise<NamedArray[]> {
  const entry = manifest.files.find((file) => file.name === name);
  return explain(name, () =>
    withFile(join(folder, name), 'r', async (file) => {
      const { size } = await file.stat();
      if (size !== entry?.bytes) throw new Error(`has ${size} bytes, and its manifest says ${entry?.bytes}`);
      const { arrays, sha256 } = await readSafetensors(file, layout);
      if (sha256 !== entry.sha256) throw new Error('does not have the hash that its manifest says');
      return arrays;
    }),
  );
}

async function explain<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new CheckpointInvalid(`${name} ${missing ? 'is missing' : (error as Error).message}`);
  }
}
