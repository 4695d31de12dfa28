import { open } from 'node:fs/promises';
import { sizeOf } from '../model/parameters.ts';
import { floatsOf, type StoredFloat, storedFloatBytes } from '../model/stored-floats.ts';
import { readFully } from './read-fully.ts';

/** A tensor of a safetensors file: type, shape, and the place of its bytes in the file. */
export interface StoredTensor {
  readonly path: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** The format's own bound on a header (safetensors reference, `MAX_HEADER_SIZE`). */
const maxHeaderBytes = 100_000_000;
const lengthBytes = 8;

/**
 * The tensors that a safetensors file lists, by name; no values are read. Whatever the header says is checked against the
 * file's size. Throws an `Error` that says what is wrong with the file.
 */
export async function safetensorsTensors(path: string): Promise<ReadonlyMap<string, StoredTensor>> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size < lengthBytes) throw new Error('is too short');
    const headerBytes = (await readFully(file, 0, lengthBytes)).readBigUInt64LE();
    if (headerBytes > maxHeaderBytes || Number(headerBytes) > size - lengthBytes) {
      throw new Error(`says that its header has ${headerBytes} bytes`);
    }
    const header = parseHeader(await readFully(file, lengthBytes, Number(headerBytes)));
    const begin = lengthBytes + Number(headerBytes);
    const tensors = new Map<string, StoredTensor>();
    for (const [name, entry] of Object.entries(header)) {
      if (name !== '__metadata__') tensors.set(name, tensorOf(name, entry, { path, begin, size }));
    }
    return tensors;
  } finally {
    await file.close();
  }
}

/** A tensor's values as float32. Throws an `Error` for a type that is not float32, float16 or bfloat16. */
export async function readStoredTensor({ path, type, from, to }: StoredTensor): Promise<Float32Array> {
  if (!isStoredFloat(type)) throw new Error(`is of type ${type}, and float32, float16 and bfloat16 are read`);
  const file = await open(path, 'r');
  try {
    return floatsOf(await readFully(file, from, to - from), type);
  } finally {
    await file.close();
  }
}

function isStoredFloat(type: string): type is StoredFloat {
  return Object.hasOwn(storedFloatBytes, type);
}

function parseHeader(bytes: Buffer): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) {
      return header as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw new Error('has a header that is not JSON');
}

function tensorOf(
  name: string,
  entry: unknown,
  { path, begin, size }: { readonly path: string; readonly begin: number; readonly size: number },
): StoredTensor {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new Error(`does not say what \`${name}\` is`);
  }
  const [from, to] = [begin + offsets[0]!, begin + offsets[1]!];
  if (to < from || to > size) throw new Error(`ends before \`${name}\``);
  if (isStoredFloat(dtype) && to - from !== sizeOf(shape) * storedFloatBytes[dtype]) {
    throw new Error(`has ${to - from} bytes for \`${name}\`, [${shape.join(', ')}] of ${dtype}`);
  }
  return { path, type: dtype, shape, from, to };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}
