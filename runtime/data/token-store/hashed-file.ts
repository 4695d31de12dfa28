import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { StoredFile } from './store-format.ts';

/** A new file written in order, hashed as it is written. */
export interface HashedFile {
  write(bytes: Uint8Array): void;
  /** Syncs and closes; the file's size and hash. */
  finish(): StoredFile;
  /** Closes without syncing. May be called after `finish`. */
  abandon(): void;
}

/** Bytes gathered before they go to the file. */
const bufferBytes = 1 << 20;

/** Throws the file system's error (no space, no permission, the file exists). */
export function createHashedFile(path: string): HashedFile {
  const descriptor = openSync(path, 'wx');
  const hash = createHash('sha256');
  let open = true;
  let bytes = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const flush = () => {
    const block = Buffer.concat(waiting);
    for (let done = 0; done < block.length; ) done += writeSync(descriptor, block, done);
    hash.update(block);
    waiting = [];
    waitingBytes = 0;
  };
  const close = () => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return {
    write(added) {
      waiting.push(added);
      waitingBytes += added.length;
      bytes += added.length;
      if (waitingBytes >= bufferBytes) flush();
    },
    finish() {
      flush();
      fsyncSync(descriptor);
      close();
      return { bytes, sha256: hash.digest('hex') };
    },
    abandon: close,
  };
}
