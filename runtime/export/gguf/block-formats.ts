import { halfPrecisionValues } from '../../model/stored-floats.ts';

/** A way in which GGUF stores values (ggml's `block_*` structs): blocks of so many values in so many bytes. */
export interface BlockFormat {
  readonly name: string;
  readonly values: number;
  readonly bytes: number;
  /** Writes the block that begins at `from` into `into` at `at`, as float32. */
  decode(data: DataView, from: number, into: Float32Array, at: number): void;
}

const half = (bits: number): number => halfPrecisionValues()[bits]!;

const float32: BlockFormat = {
  name: 'F32',
  values: 1,
  bytes: 4,
  decode(data, from, into, at) {
    into[at] = data.getFloat32(from, true);
  },
};

const float16: BlockFormat = {
  name: 'F16',
  values: 1,
  bytes: 2,
  decode(data, from, into, at) {
    into[at] = half(data.getUint16(from, true));
  },
};

/** 4-bit steps from a minimum: value = scale * q + minimum; low halves of the bytes first. */
const q41: BlockFormat = {
  name: 'Q4_1',
  values: 32,
  bytes: 20,
  decode(data, from, into, at) {
    const scale = half(data.getUint16(from, true));
    const minimum = half(data.getUint16(from + 2, true));
    for (let i = 0; i < 16; i++) {
      const pair = data.getUint8(from + 4 + i);
      into[at + i] = scale * (pair & 15) + minimum;
      into[at + 16 + i] = scale * (pair >>> 4) + minimum;
    }
  },
};

/** Signed 8-bit steps: value = scale * q. */
const q80: BlockFormat = {
  name: 'Q8_0',
  values: 32,
  bytes: 34,
  decode(data, from, into, at) {
    const scale = half(data.getUint16(from, true));
    for (let i = 0; i < 32; i++) into[at + i] = scale * data.getInt8(from + 2 + i);
  },
};

/** The formats that are read, by ggml's type number. */
const formats: ReadonlyMap<number, BlockFormat> = new Map([
  [0, float32],
  [1, float16],
  [3, q41],
  [8, q80],
]);

/** The format of a type number; null for one that is not read. */
export function blockFormat(type: number): BlockFormat | null {
  return formats.get(type) ?? null;
}

/** Values of whole blocks as float32, rounded once as ggml's own dequantiser does. */
export function decodeBlocks(format: BlockFormat, bytes: Uint8Array): Float32Array {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks = bytes.byteLength / format.bytes;
  const values = new Float32Array(blocks * format.values);
  for (let block = 0; block < blocks; block++) {
    format.decode(data, block * format.bytes, values, block * format.values);
  }
  return values;
}
