import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from '../checkpoint/read-checkpoint.ts';
import { writeCheckpoint } from '../checkpoint/write-checkpoint.ts';
import { sizeOf } from '../model/parameters.ts';
import type { NamedArray } from '../model/types.ts';
import { writingCheckpoint } from './checkpoint-not-written.ts';
import type { TrainingRun } from './train.ts';

/** Bytes of a file that the rehearsal writes; at 135M parameters whole files would take a third of the time to the first step. */
const REHEARSED_BYTES = 64_000_000;
const VALUE_BYTES = 4;

/**
 * Writes a checkpoint, reads it back and compares it; nothing of it is left. Of a file that would be larger than `mostBytes`
 * only arrays of that much are written, and the file system is asked whether the whole would have room.
 * Throws `CheckpointNotWritten`.
 */
export async function rehearseCheckpoint(
  {
    program,
    folder,
    plan: { hash: plan },
    before,
    startStep,
  }: Pick<TrainingRun, 'program' | 'folder' | 'plan' | 'before' | 'startStep'>,
  mostBytes = REHEARSED_BYTES,
): Promise<void> {
  const scratch = join(folder.path, '.rehearsal');
  try {
    const state = await program.readState();
    const parameters = beginning(state.parameters, mostBytes);
    const slots = beginning(state.slots, mostBytes);
    await writingCheckpoint(0, before + startStep, async () => {
      await requireRoom(scratch, [bytesOf(state.parameters), bytesOf(state.slots)]);
      await writeCheckpoint(scratch, { step: 0, plan, parameters, slots });
    });
    // The read verifies layout and SHA-256 of every byte against what was written.
    await readCheckpoint(scratch, 0, plan, { parameters, slots });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const bytesOf = (arrays: readonly NamedArray[]): number =>
  arrays.reduce((sum, { shape }) => sum + VALUE_BYTES * sizeOf(shape), 0);

/** The arrays, in order, that fit into so many bytes together. */
function beginning(arrays: readonly NamedArray[], mostBytes: number): NamedArray[] {
  let room = mostBytes;
  return arrays.filter((array) => {
    const bytes = bytesOf([array]);
    if (bytes > room) return false;
    room -= bytes;
    return true;
  });
}

/** Throws the file system's error when files of these sizes are beyond a limit of file size, or beyond the space that is left. */
async function requireRoom(folder: string, sizes: readonly number[]): Promise<void> {
  await mkdir(folder, { recursive: true });
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
