import type { ReadMemory } from '../engine/free-memory.ts';
import { formatGigabytes } from './format-gigabytes.ts';
import { RunError } from './run-error.ts';

/** Below this much free memory, the system may end a process at its next step. */
const LEAST_FREE_BYTES = 256e6;

/** The run ended itself before the system would have ended it for memory. */
export class MemoryRunsOut extends RunError {
  constructor(message: string, lastCheckpoint: number | null) {
    const kept =
      lastCheckpoint === null
        ? 'no checkpoint was written yet'
        : `the checkpoint of step ${lastCheckpoint.toLocaleString('en-US')} is kept: end other programs and go on with \`--resume\``;
    super(message, { help: `${kept}; or use a smaller batch, a shorter sequence or a smaller model`, exitCode: 3 });
    this.name = 'MemoryRunsOut';
  }
}

/** Throws `RunError` when a program that is about to be filled needs more memory than is free; `estimate` is in bytes. */
export function requireFreeMemory(estimate: number, readMemory: ReadMemory): void {
  const now = readMemory();
  // What the process holds already is part of the estimate.
  if (now === null || estimate <= now.free + now.resident) return;
  throw new RunError(
    `training needs about ${formatGigabytes(estimate)} of memory, and ${formatGigabytes(now.free + now.resident)} are free`,
    {
      help: 'end other programs, raise the limit of the container, or use a smaller batch, a shorter sequence or a smaller model',
      exitCode: 3,
    },
  );
}

/**
 * Throws `MemoryRunsOut` when so little is free that the system may soon end this process; `needed` bytes are about to be taken,
 * `what` for. `lastCheckpoint` is the run's.
 */
export function requireMemoryLeft(
  readMemory: ReadMemory,
  what: string,
  needed: number,
  lastCheckpoint: number | null,
): void {
  const now = readMemory();
  if (now === null || now.free >= LEAST_FREE_BYTES + needed) return;
  const wanted = needed > 0 ? `, and ${what} takes ${formatGigabytes(needed)}` : '';
  throw new MemoryRunsOut(
    `memory runs out ${needed > 0 ? 'before' : 'after'} ${what}: ${formatGigabytes(now.free)} are free${wanted}; this process holds ${formatGigabytes(now.resident)}`,
    lastCheckpoint,
  );
}
