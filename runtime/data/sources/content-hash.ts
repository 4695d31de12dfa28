import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { fileChunks } from './lines.ts';

/** SHA-256 (hex) of a file's bytes, read in chunks (1 to 2 GB/s). Throws the file system's error or the signal's reason. */
export async function contentHash(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  let sinceBreath = 0;
  for (const chunk of fileChunks(path)) {
    hash.update(chunk);
    sinceBreath += chunk.length;
    if (sinceBreath >= 64 << 20) {
      sinceBreath = 0;
      await breathe();
      signal?.throwIfAborted();
    }
  }
  return hash.digest('hex');
}
