import { closeSync, openSync, readSync } from 'node:fs';

/** One line of a file, without its line feed. */
export interface FileLine {
  /** 1-based. */
  readonly number: number;
  /** Of the line's first byte, in the file. */
  readonly offset: number;
  /** The line's length, also where `bytes` is null. */
  readonly length: number;
  /** null when the line is longer than the limit; then its bytes are passed over. */
  readonly bytes: Buffer | null;
}

export interface LineOptions {
  /** Longest line that is kept in memory. */
  readonly maximumBytes: number;
  /** Bytes that one read takes. */
  readonly chunkBytes?: number;
  /** Sees all bytes of the file in order, to hash them. */
  readonly onBytes?: (bytes: Buffer) => void;
}

const lineFeed = 0x0a;

/**
 * The lines of a file, split at line feeds only (JSON text may hold U+2028 and the like). A last line without a line feed is
 * a line; nothing follows a last line feed. Memory is bounded by the longest line that is kept. Throws the file system's error.
 */
export function* fileLines(path: string, options: LineOptions): Generator<FileLine, void> {
  let number = 1;
  let offset = 0;
  let length = 0;
  let parts: Buffer[] = [];
  const add = (bytes: Buffer) => {
    length += bytes.length;
    if (length > options.maximumBytes) parts = [];
    else if (bytes.length > 0) parts.push(bytes);
  };
  const take = (): FileLine => {
    const bytes = length > options.maximumBytes ? null : Buffer.concat(parts);
    const line = { number, offset, length, bytes };
    number += 1;
    offset += length + 1;
    length = 0;
    parts = [];
    return line;
  };
  for (const chunk of fileChunks(path, options)) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (length > 0) yield take();
}

/** The bytes of a file in order; each chunk is a buffer of its own. */
export function* fileChunks(
  path: string,
  options: { readonly chunkBytes?: number; readonly onBytes?: (bytes: Buffer) => void } = {},
): Generator<Buffer, void> {
  const descriptor = openSync(path, 'r');
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(options.chunkBytes ?? 1 << 20);
      const count = readSync(descriptor, buffer, 0, buffer.length, null);
      if (count === 0) return;
      const bytes = buffer.subarray(0, count);
      options.onBytes?.(bytes);
      yield bytes;
    }
  } finally {
    closeSync(descriptor);
  }
}
