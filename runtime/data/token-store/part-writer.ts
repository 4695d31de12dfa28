import { join } from 'node:path';
import { createHashedFile } from './hashed-file.ts';
import { documentBytes, type PartName, type StoredPart } from './store-format.ts';

/** Writes one part of a store. */
export interface PartWriter {
  /** Appends a document's tokens (without end of text) and the end of text; `file` is an index, `line` 1-based. */
  add(tokens: Int32Array, file: number, line: number): void;
  tokenCount(): number;
  /** Syncs both files. */
  finish(): StoredPart;
  /** Closes the files; what was written is not complete. May be called after `finish`. */
  abandon(): void;
}

export function createPartWriter(folder: string, part: PartName, tokenBytes: 2 | 4, endOfText: number): PartWriter {
  const tokens = createHashedFile(join(folder, `${part}.tokens`));
  const documents = createHashedFile(join(folder, `${part}.documents`));
  let tokenCount = 0;
  let documentCount = 0;
  return {
    add(ids, file, line) {
      const place = Buffer.alloc(documentBytes);
      place.writeBigUInt64LE(BigInt(tokenCount), 0);
      place.writeUInt32LE(file, 8);
      place.writeUInt32LE(line, 12);
      documents.write(place);
      tokens.write(littleEndian(ids, tokenBytes, endOfText));
      tokenCount += ids.length + 1;
      documentCount += 1;
    },
    tokenCount: () => tokenCount,
    finish: () => ({ tokenCount, documentCount, tokens: tokens.finish(), documents: documents.finish() }),
    abandon() {
      tokens.abandon();
      documents.abandon();
    },
  };
}

function littleEndian(ids: Int32Array, tokenBytes: 2 | 4, endOfText: number): Buffer {
  const bytes = Buffer.allocUnsafe((ids.length + 1) * tokenBytes);
  const put = (id: number, index: number) =>
    tokenBytes === 2 ? bytes.writeUInt16LE(id, index * 2) : bytes.writeUInt32LE(id, index * 4);
  ids.forEach(put);
  put(endOfText, ids.length);
  return bytes;
}
