import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredDocument, TokenStore } from '../types.ts';
import { documentBytes, type PartName, type StoreManifest } from './store-format.ts';

/** Opens a part of a verified store; every read is bounded by what it asks for. */
export function openPart(folder: string, part: PartName, manifest: StoreManifest): TokenStore {
  const { tokenCount, documentCount } = manifest.parts[part];
  const tokens = openSync(join(folder, `${part}.tokens`), 'r');
  const documents = openSync(join(folder, `${part}.documents`), 'r');
  let isOpen = true;
  const place = (index: number) => {
    checkOpen(isOpen);
    const bytes = readExactly(documents, index * documentBytes, documentBytes);
    return { from: Number(bytes.readBigUInt64LE(0)), file: bytes.readUInt32LE(8), line: bytes.readUInt32LE(12) };
  };
  const documentAtIndex = (index: number): StoredDocument => {
    const { from, file, line } = place(index);
    const to = index + 1 < documentCount ? place(index + 1).from : tokenCount;
    return { index, from, to, file: manifest.files[file]!, line };
  };
  return {
    tokenCount,
    documentCount,
    read(from, length) {
      checkOpen(isOpen);
      checkRange(from, length, tokenCount);
      const bytes = readExactly(tokens, from * manifest.tokenBytes, length * manifest.tokenBytes);
      return decodeIds(bytes, length, manifest.tokenBytes);
    },
    documentAt(token) {
      checkRange(token, 1, tokenCount);
      let low = 0;
      let high = documentCount;
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (place(middle).from <= token) low = middle;
        else high = middle;
      }
      return documentAtIndex(low);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      closeSync(tokens);
      closeSync(documents);
    },
  };
}

/** A closed descriptor's number may belong to another file by now. */
function checkOpen(isOpen: boolean): void {
  if (!isOpen) throw new Error('the token store is closed');
}

function checkRange(from: number, length: number, tokenCount: number): void {
  if (Number.isSafeInteger(from) && Number.isSafeInteger(length) && from >= 0 && length >= 0) {
    if (from + length <= tokenCount) return;
  }
  throw new RangeError(`tokens ${from} to ${from + length - 1} are outside a store of ${tokenCount}`);
}

function readExactly(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const count = readSync(descriptor, bytes, done, length - done, position + done);
    if (count === 0) throw new Error('the token store ends early: it was changed while it was open');
    done += count;
  }
  return bytes;
}

function decodeIds(bytes: Buffer, length: number, tokenBytes: 2 | 4): Int32Array {
  const ids = new Int32Array(length);
  for (let index = 0; index < length; index++) {
    ids[index] = tokenBytes === 2 ? bytes.readUInt16LE(index * 2) : bytes.readUInt32LE(index * 4);
  }
  return ids;
}
