import { totalmem } from 'node:os';
import process from 'node:process';

/** Memory that this process may have at most, in bytes: the machine's, or less where a container limits it. */
export function machineMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
