import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from '../checkpoint/read-checkpoint.ts';
import { writeCheckpoint } from '../checkpoint/write-checkpoint.ts';
import { parameterLayout, sizeOf } from '../model/parameters.ts';
import type { NamedArray } from '../model/types.ts';
import { makeFolders } from '../run-folder/make-folders.ts';
import { writingCheckpoint } from './checkpoint-not-written.ts';
import { slotLayout } from './slot-layout.ts';
import type { TrainingRun } from './train.ts';

/** Bytes of a file that the rehearsal writes: whole files of a large model would take longer than many steps. */
const REHEARSED_BYTES = 8_000_000;
const VALUE_BYTES = 4;

/**
 * Writes a checkpoint, reads it back and compares it; nothing of it is left. Of each file no
 * more than `mostBytes` are read from the engine and written, and the file system is asked whether the whole would have room.
 * Throws `CheckpointNotWritten`.
 */
export async function rehearseCheckpoint(
  {
    program,
    folder,
    plan: { hash: plan, model },
    before,
    startStep,
  }: Pick<TrainingRun, 'program' | 'folder' | 'plan' | 'before' | 'startStep'>,
  mostBytes = REHEARSED_BYTES,
): Promise<void> {
  const scratch = join(folder.path, '.rehearsal');
  try {
    const { parameters, slots } = await program.readState(mostBytes);
    const layout = parameterLayout(model);
    await writingCheckpoint(0, before + startStep, async () => {
      await requireRoom(scratch, [bytesOf(layout), bytesOf(slotLayout(layout))]);
      await writeCheckpoint(scratch, { step: 0, plan, parameters, slots });
    });
    // The read verifies layout and SHA-256 of every byte against what was written.
    await readCheckpoint(scratch, 0, plan, { parameters, slots });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const bytesOf = (arrays: readonly Pick<NamedArray, 'shape'>[]): number =>
  arrays.reduce((sum, { shape }) => sum + VALUE_BYTES * sizeOf(shape), 0);

/** Throws the file system's error when files of these sizes are beyond a limit of file size, or beyond the space that is left. */
async function requireRoom(folder: string, sizes: readonly number[]): Promise<void> {
  makeFolders(folder);
  const file = await open(join(folder, 'size'), 'w');
  try {
    await file.truncate(Math.max(...sizes)); // makes a hole: no block is written
  } finally {
    await file.close();
  }
  const { bavail, bsize } = await statfs(folder);
  const wanted = sizes.reduce((sum, size) => sum + size, 0);
  if (bavail * bsize >= wanted) return;
  const error = new Error(`${wanted} bytes are wanted and ${bavail * bsize} are free`);
  throw Object.assign(error, { code: 'ENOSPC', syscall: 'statfs' });
}
