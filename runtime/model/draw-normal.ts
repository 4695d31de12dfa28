import { CURVED, normalQuantile, quantileTable, SPAN, TABLE_BITS } from './normal-quantile.ts';
import { PHILOX } from './philox.ts';
import { WasmCode, wasmModule } from './wasm-module.ts';

/** Values made by one call: they stay in the processor's cache until they are copied. */
const CHUNK = 8192;

/** Places in the kernel's memory, in bytes. */
const TABLE_AT = 0;
const VALUES_AT = 8 * (2 ** TABLE_BITS + 16);
/** Pairs of a value's index and its word, for those at the curved ends. */
const CURVED_AT = VALUES_AT + 4 * CHUNK;
const PAGES = Math.ceil((CURVED_AT + 8 * CHUNK) / 2 ** 16);

interface Kernel {
  readonly memory: ArrayBuffer;
  /** Draws the values of `blocks` blocks of four from block `first` on; gives the number of curved ones. */
  readonly run: (first: number, blocks: number, key0: number, key1: number, std: number) => number;
}

/** The part of the global `WebAssembly` that is used here; Node's types leave it to those of browsers. */
const wasm = (globalThis as unknown as { WebAssembly: WebAssemblyOfKernel }).WebAssembly;

interface WebAssemblyOfKernel {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
  ) => { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly run: Kernel['run'] } };
}

let kernel: Kernel | null = null;

/**
 * Fills `values` with normal(0, std) numbers: number i is made of word i of the Philox blocks 0, 1, … under the key, as the
 * quantile of (word + 1/2) / 2^32, which is interpolated in a table where it is nearly straight (the error is below 10^-6 standard
 * deviations) and computed at the ends. In WebAssembly, whose arithmetic is JavaScript's: 64-bit products of integers and no
 * checks make it several times as fast. The same bits on every machine.
 */
export function drawNormal(values: Float32Array, std: number, [key0, key1]: readonly [number, number]): void {
  kernel ??= createKernel();
  const { memory, run } = kernel;
  const drawn = new Float32Array(memory, VALUES_AT, CHUNK);
  const curved = new Uint32Array(memory, CURVED_AT, 2 * CHUNK);
  for (let at = 0; at < values.length; at += CHUNK) {
    const count = Math.min(CHUNK, values.length - at);
    const curvedCount = run(at / 4, Math.ceil(count / 4), key0, key1, std);
    for (let i = 0; i < curvedCount; i++) {
      drawn[curved[2 * i]!] = std * normalQuantile((curved[2 * i + 1]! + 0.5) / 2 ** 32);
    }
    values.set(count === CHUNK ? drawn : drawn.subarray(0, count), at);
  }
}

function createKernel(): Kernel {
  const parameters = ['i32', 'i32', 'i32', 'i32', 'f64'] as const;
  const module = new wasm.Module(wasmModule(parameters, 'i32', KERNEL_LOCALS, kernelCode(), PAGES));
  const { memory, run } = new wasm.Instance(module).exports;
  new Float64Array(memory.buffer, TABLE_AT).set(quantileTable());
  return { memory: memory.buffer, run };
}

// Locals: the parameters, then these.
const [FIRST, BLOCKS, KEY0, KEY1, STD] = [0, 1, 2, 3, 4];
const [C0, C1, C2, C3, K0, K1, BLOCK, COUNT, WORD, INTERVAL, INDEX] = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const [P0, P1] = [16, 17];
const LOW = 18;
const KERNEL_LOCALS = [...Array<'i32'>(11).fill('i32'), 'i64', 'i64', 'f64'] as const;

// Instructions, by the specification's names.
const I32 = { add: 0x6a, mul: 0x6c, and: 0x71, xor: 0x73, shl: 0x74, shrU: 0x76, sub: 0x6b, ltU: 0x49, geU: 0x4f };
const I64 = { mul: 0x7e, shrU: 0x88, ofU32: 0xad };
const F64 = { add: 0xa0, sub: 0xa1, mul: 0xa2, ofU32: 0xb8, load: 0x2b };
const I32_OF_I64 = 0xa7;
const F32_OF_F64 = 0xb6;
const F32_STORE = 0x38;
const I32_STORE = 0x36;
const [BLOCK_BEGIN, LOOP, IF, ELSE, END, BRANCH_IF] = [0x02, 0x03, 0x04, 0x05, 0x0b, 0x0d];
const NO_RESULT = 0x40;

/** For each block: ten rounds of Philox, then a value for each of its four words. */
function kernelCode(): WasmCode {
  const code = new WasmCode();
  code.op(BLOCK_BEGIN, NO_RESULT).get(BLOCKS).op(0x45, BRANCH_IF, 0); // nothing to do for no block
  code.op(LOOP, NO_RESULT);
  code.get(FIRST).get(BLOCK).op(I32.add).set(C0);
  for (const word of [C1, C2, C3]) code.i32(0).set(word);
  code.get(KEY0).set(K0).get(KEY1).set(K1);
  for (let round = 0; round < 10; round++) philoxRound(code);
  [C0, C1, C2, C3].forEach((word, place) => {
    code.get(word).set(WORD);
    code.get(BLOCK).i32(2).op(I32.shl).i32(place).op(I32.add).set(INDEX);
    valueOfWord(code);
  });
  code.get(BLOCK).i32(1).op(I32.add).tee(BLOCK).get(BLOCKS).op(I32.ltU).op(BRANCH_IF, 0);
  return code.op(END, END).get(COUNT);
}

function philoxRound(code: WasmCode): void {
  code.get(C0).op(I64.ofU32).i64(BigInt(PHILOX.multipliers[0])).op(I64.mul).set(P0);
  code.get(C2).op(I64.ofU32).i64(BigInt(PHILOX.multipliers[1])).op(I64.mul).set(P1);
  const high = (product: number) => code.get(product).i64(32n).op(I64.shrU, I32_OF_I64);
  high(P1).get(C1).op(I32.xor).get(K0).op(I32.xor).set(C0);
  high(P0).get(C3).op(I32.xor).get(K1).op(I32.xor).set(C2);
  code.get(P1).op(I32_OF_I64).set(C1);
  code.get(P0).op(I32_OF_I64).set(C3);
  code.get(K0).i32(PHILOX.weyl[0]).op(I32.add).set(K0);
  code.get(K1).i32(PHILOX.weyl[1]).op(I32.add).set(K1);
}

/** Stores the value of WORD at INDEX; at the curved ends, notes both instead. */
function valueOfWord(code: WasmCode): void {
  const address = (local: number, bytes: number) => code.get(local).i32(bytes).op(I32.mul);
  code
    .get(WORD)
    .i32(32 - TABLE_BITS)
    .op(I32.shrU)
    .tee(INTERVAL);
  code
    .i32(CURVED)
    .op(I32.sub)
    .i32(2 ** TABLE_BITS - 2 * CURVED)
    .op(I32.geU);
  code.op(IF, NO_RESULT);
  address(COUNT, 8).get(INDEX).memory(I32_STORE, 2, CURVED_AT);
  address(COUNT, 8)
    .get(WORD)
    .memory(I32_STORE, 2, CURVED_AT + 4);
  code.get(COUNT).i32(1).op(I32.add).set(COUNT);
  code.op(ELSE);
  address(INTERVAL, 8).memory(F64.load, 3, TABLE_AT).set(LOW);
  address(INDEX, 4);
  // low + within * (next - low), all times std, in JavaScript's order of rounding
  code.get(STD).get(LOW);
  code
    .get(WORD)
    .i32(SPAN - 1)
    .op(I32.and, F64.ofU32)
    .f64(0.5)
    .op(F64.add)
    .f64(1 / SPAN)
    .op(F64.mul);
  address(INTERVAL, 8)
    .memory(F64.load, 3, TABLE_AT + 8)
    .get(LOW)
    .op(F64.sub, F64.mul, F64.add, F64.mul, F32_OF_F64);
  code.memory(F32_STORE, 2, VALUES_AT);
  code.op(END);
}
