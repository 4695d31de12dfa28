/** Bytes of a WebAssembly module, written by hand where a loop over millions of integers is too slow in JavaScript. */

const I32 = 0x7f;
const I64 = 0x7e;
const F64 = 0x7c;

/** Value types by name, as the binary format numbers them. */
export const WASM_TYPE = { i32: I32, i64: I64, f64: F64 } as const;
export type WasmType = keyof typeof WASM_TYPE;

/** Instructions of one function; each call adds one. The numbers are those of the WebAssembly core specification, section 5.4. */
export class WasmCode {
  readonly bytes: number[] = [];

  /** An instruction without operands in the code. */
  op(...codes: number[]): this {
    this.bytes.push(...codes);
    return this;
  }

  get(local: number): this {
    return this.op(0x20, ...unsigned(local));
  }

  set(local: number): this {
    return this.op(0x21, ...unsigned(local));
  }

  tee(local: number): this {
    return this.op(0x22, ...unsigned(local));
  }

  /** A constant; `value` is taken as the signed integer of equal bits. */
  i32(value: number): this {
    return this.op(0x41, ...signed(BigInt(value | 0)));
  }

  i64(value: bigint): this {
    return this.op(0x42, ...signed(BigInt.asIntN(64, value)));
  }

  f64(value: number): this {
    return this.op(0x44, ...new Uint8Array(Float64Array.of(value).buffer));
  }

  /** A load or store: its code, the logarithm of its alignment, its constant offset. */
  memory(code: number, alignment: number, offset = 0): this {
    return this.op(code, alignment, ...unsigned(offset));
  }
}

/** A module with one exported function `run` and one exported memory `memory` of so many pages of 64 KiB. */
export function wasmModule(
  parameters: readonly WasmType[],
  result: WasmType,
  locals: readonly WasmType[],
  code: WasmCode,
  pages: number,
): Uint8Array<ArrayBuffer> {
  const types = (of: readonly WasmType[]) => vector(of.map((type) => [WASM_TYPE[type]]));
  const body = [...vector(locals.map((type) => [1, WASM_TYPE[type]])), ...code.bytes, 0x0b];
  const exported = (name: string, kind: number) => [...vector([...name].map((c) => [c.charCodeAt(0)])), kind, 0];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, ...types(parameters), ...types([result])]])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[0, ...unsigned(pages)]])),
    ...section(7, vector([exported('run', 0), exported('memory', 2)])),
    ...section(10, vector([[...unsigned(body.length), ...body]])),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

function signed(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (true) {
    const low = Number(rest & 127n);
    rest >>= 7n;
    const isLast = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
    bytes.push(isLast ? low : low + 128);
    if (isLast) return bytes;
  }
}
