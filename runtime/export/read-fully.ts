import type { FileHandle } from 'node:fs/promises';

/** A single read moves at most 2^31 - 1 bytes, and may move fewer than asked. */
const chunkBytes = 64 * 1024 * 1024;

/** `length` bytes of a file from `from`, in a buffer of its own. Throws an `Error` when the file ends before. */
export async function readFully(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let offset = 0; offset < length; ) {
    const wanted = Math.min(chunkBytes, length - offset);
    const { bytesRead } = await file.read(bytes, offset, wanted, from + offset);
    if (bytesRead === 0) throw new Error('ends early');
    offset += bytesRead;
  }
  return bytes;
}
