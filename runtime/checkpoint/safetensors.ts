import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { bfloat16Of } from '../model/stored-floats.ts';
import type { NamedArray } from '../model/types.ts';

/** A tensor's place in the state, without its values. */
export type ArrayLayout = Pick<NamedArray, 'name' | 'shape'>;

/** The format's own bound on a header (safetensors reference, `MAX_HEADER_SIZE`). */
const maxHeaderBytes = 100_000_000;

/** What a file says beside its arrays, and how their values are stored. */
export interface SafetensorsOptions {
  /** `__metadata__` of the header; null for none. */
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly type: StoredType;
}

/** bfloat16 is rounded to the nearest. */
export type StoredType = 'F32' | 'BF16';
const typeBytes: Readonly<Record<StoredType, number>> = { F32: 4, BF16: 2 };
const plain: SafetensorsOptions = { metadata: null, type: 'F32' };

/**
 * Writes float32 arrays as one safetensors file: 8 bytes little-endian header length, a JSON header padded with spaces to a
 * multiple of 8, then the arrays' little-endian bytes in order without gaps.
 * Returns size and SHA-256 (hex) of what was written. The file is not synced.
 */
export async function writeSafetensors(
  file: FileHandle,
  arrays: readonly NamedArray[],
  options: SafetensorsOptions = plain,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const write = async (part: Uint8Array) => {
    hash.update(part);
    await writeAll(file, part);
    bytes += part.byteLength;
  };
  await write(headerOf(arrays, options));
  for (const { values } of arrays) await write(bytesOf(options.type === 'BF16' ? bfloat16Of(values) : values));
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Reads a safetensors file that must hold exactly `layout`, in order, as float32, and gives its SHA-256 over all bytes. Memory
 * is bounded by the layout: the header is compared byte for byte with the one `writeSafetensors` gives, so nothing that the
 * file claims is believed. Throws an `Error` that says what does not fit.
 */
export async function readSafetensors(
  file: FileHandle,
  layout: readonly ArrayLayout[],
): Promise<{ arrays: NamedArray[]; sha256: string }> {
  const hash = createHash('sha256');
  const expected = headerOf(layout);
  const dataBytes = layout.reduce((sum, { shape }) => sum + 4 * elementsOf(shape), 0);
  const { size } = await file.stat();
  if (size !== expected.byteLength + dataBytes) {
    throw new Error(`has ${size} bytes where the plan's model needs ${expected.byteLength + dataBytes}`);
  }
  const header = new Uint8Array(expected.byteLength);
  await readAll(file, header);
  hash.update(header);
  if (Buffer.compare(header, expected) !== 0)
    throw new Error("its header does not list the arrays of the plan's model");
  const arrays: NamedArray[] = [];
  for (const { name, shape } of layout) {
    const values = new Float32Array(elementsOf(shape));
    await readAll(file, bytesOf(values));
    hash.update(bytesOf(values));
    arrays.push({ name, shape, values });
  }
  return { arrays, sha256: hash.digest('hex') };
}

function headerOf(arrays: readonly ArrayLayout[], { metadata, type }: SafetensorsOptions = plain): Uint8Array {
  let offset = 0;
  const entries = arrays.map(({ name, shape }) => {
    const from = offset;
    offset += typeBytes[type] * elementsOf(shape);
    return [name, { dtype: type, shape, data_offsets: [from, offset] }];
  });
  const header = { ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) };
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const padded = Math.ceil(json.byteLength / 8) * 8;
  if (padded > maxHeaderBytes) throw new Error(`a header of ${padded} bytes is more than safetensors allows`);
  const bytes = Buffer.alloc(8 + padded, ' ');
  bytes.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(bytes, 8);
  return bytes;
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The array's memory: little-endian on every platform that Node.js and TensorFlow.js run on. */
function bytesOf(values: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A single write or read may move fewer bytes than asked, and at most 2^31 - 1. */
const chunkBytes = 64 * 1024 * 1024;

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, offset, Math.min(chunkBytes, bytes.byteLength - offset));
    offset += bytesWritten;
  }
}

async function readAll(file: FileHandle, into: Uint8Array): Promise<void> {
  for (let offset = 0; offset < into.byteLength; ) {
    const { bytesRead } = await file.read(into, offset, Math.min(chunkBytes, into.byteLength - offset));
    if (bytesRead === 0) throw new Error('ends early');
    offset += bytesRead;
  }
}
