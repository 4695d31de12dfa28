/** Floating-point types of stored weights, by their names in safetensors, with their bytes a value. */
export const storedFloatBytes = { F32: 4, F16: 2, BF16: 2 } as const;
export type StoredFloat = keyof typeof storedFloatBytes;

/**
 * Little-endian stored values as float32. Exact: both half precisions are subsets of float32. `bytes` must begin at a multiple
 * of 4 in its buffer; an F32 result shares its memory.
 */
export function floatsOf(bytes: Uint8Array, type: StoredFloat): Float32Array {
  if (type === 'F32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const values = new Float32Array(halves.length);
  if (type === 'BF16') {
    // The upper half of a float32.
    const bits = new Uint32Array(values.buffer);
    for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
    return values;
  }
  const table = halfPrecisionValues();
  for (let i = 0; i < halves.length; i++) values[i] = table[halves[i]!]!;
  return values;
}

/** float32 values as bfloat16, rounded to the nearest, ties to even; NaN stays NaN. */
export function bfloat16Of(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) {
    const value = bits[i]!;
    const notANumber = (value & 0x7fffffff) > 0x7f800000;
    halves[i] = notANumber ? (value >>> 16) | 0x40 : (value + 0x7fff + ((value >>> 16) & 1)) >>> 16;
  }
  return halves;
}

let halfPrecision: Float32Array | null = null;

/** Every IEEE 754 binary16 value by its 16 bits; made at first use (256 KB). */
export function halfPrecisionValues(): Float32Array {
  if (halfPrecision !== null) return halfPrecision;
  const values = new Float32Array(65_536);
  for (let bits = 0; bits < values.length; bits++) values[bits] = halfPrecisionValue(bits);
  halfPrecision = values;
  return values;
}

function halfPrecisionValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
