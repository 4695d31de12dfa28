import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** Twelve rounds: three times the four that make a Feistel network a strong permutation (Luby and Rackoff 1988). */
const ROUNDS = 12;
/** Half-blocks are worked on as 32-bit integers and the whole must stay below 2^53. */
const MAX_HALF_BITS = 26;

/** Largest domain: 2^52 items. */
export const MAX_PERMUTATION_SIZE = 2 ** (2 * MAX_HALF_BITS);

/** A bijection on 0 … size-1. */
export type Permutation = (index: number) => number;

/**
 * A keyed bijection on 0 … size-1 in constant memory: a balanced Feistel network on the next even-bit domain, walking its
 * cycle until the value falls inside (Black and Rogaway 2002, "Ciphers with arbitrary finite domains"). The domain is less
 * than four times the size, so a walk takes fewer than four turns on average.
 *
 * `key` is any text; keys that differ anywhere give unrelated permutations. Throws RangeError for a size outside
 * 1 … 2^52 and, when called, for an index outside the domain.
 */
export function keyedPermutation(size: number, key: string): Permutation {
  if (!Number.isInteger(size) || size < 1 || size > MAX_PERMUTATION_SIZE) {
    throw new RangeError(`a permutation needs a size from 1 to 2^52, not ${size}`);
  }
  const halfBits = halfBitsFor(size);
  const half = 2 ** halfBits;
  const mask = half - 1;
  const keys = roundKeys(key);
  return (index) => {
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      throw new RangeError(`index ${index} is outside a permutation of ${size}`);
    }
    let value = index;
    do {
      let left = Math.floor(value / half);
      let right = value % half;
      for (let round = 0; round < ROUNDS; round++) {
        const mixed = mix(right, keys[2 * round]!, keys[2 * round + 1]!) & mask;
        [left, right] = [right, left ^ mixed];
      }
      value = left * half + right;
    } while (value >= size);
    return value;
  };
}

function halfBitsFor(size: number): number {
  let halfBits = 1;
  while (4 ** halfBits < size) halfBits++;
  return halfBits;
}

/** Two 32-bit words a round from SHA-256 in counter mode. */
function roundKeys(key: string): Uint32Array {
  const words = new Uint32Array(2 * ROUNDS);
  for (let block = 0; block * 8 < words.length; block++) {
    const digest = sha256(utf8ToBytes(`${block}:${key}`));
    const view = new DataView(digest.buffer, digest.byteOffset);
    for (let word = 0; word < 8; word++) words[block * 8 + word] = view.getUint32(4 * word);
  }
  return words;
}

/**
 * Keyed mixing of 32 bits: two multiply-and-shift turns with a key word before each, the multipliers being those of a
 * published search for the lowest avalanche bias of such functions (Wellons, "Prospecting for hash functions", 2018).
 */
function mix(value: number, first: number, second: number): number {
  let x = value ^ first;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = (x ^ (x >>> 15)) + second;
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
