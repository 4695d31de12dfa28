import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import Fraction from 'fraction.js';
import { floorSum } from './floor-sum.ts';

/** u(n) = (multiplier * n + theta) mod 2^64. Odd and next to 2^64 / golden ratio: lowest known discrepancy in one dimension. */
export const WEYL_MULTIPLIER = 11400714819323198485n;
export const WEYL_MODULUS = 1n << 64n;
const MASK = WEYL_MODULUS - 1n;

/** Value of the sequence at index n, in 0 … 2^64 - 1. */
export function weylValue(n: bigint, theta: bigint): bigint {
  return (WEYL_MULTIPLIER * n + theta) & MASK;
}

/** Value at index n + 1 from the value at index n. */
export function nextWeylValue(value: bigint): bigint {
  return (value + WEYL_MULTIPLIER) & MASK;
}

/**
 * Offset theta of a segment: the first 8 bytes (big-endian) of SHA-256 over seed, phase and first step. It holds nothing
 * of the other segments, so inserting or changing a later stage moves nothing earlier.
 */
export function weylOffset(seed: number, phase: string, firstStep: number): bigint {
  const digest = sha256(utf8ToBytes(JSON.stringify(['smol mixture', seed, phase, firstStep])));
  return new DataView(digest.buffer, digest.byteOffset).getBigUint64(0);
}

/**
 * Cumulative shares as integers T_0 = 0 <= T_1 <= … <= T_k = 2^64; dataset i owns the values T_i <= u < T_(i+1).
 * The shares are exact and add up to 1; each inner threshold is rounded down once, so no error accumulates.
 */
export function shareThresholds(shares: readonly Fraction[]): readonly bigint[] {
  let reached = new Fraction(0);
  const thresholds = [0n];
  for (const share of shares) {
    reached = reached.add(share);
    thresholds.push((reached.n * WEYL_MODULUS) / reached.d);
  }
  if (!reached.equals(1)) throw new RangeError(`the shares of a segment add up to ${reached.toFraction()}, not 1`);
  return thresholds;
}

/**
 * How many of the values u(0) … u(count-1) lie in low <= u < high, in closed form: [u < T] is
 * floor((G n + theta) / M) - floor((G n + theta - T) / M), and the first terms cancel. 0 <= low <= high <= 2^64.
 */
export function countBetween(count: bigint, low: bigint, high: bigint, theta: bigint): bigint {
  return (
    floorSum(count, WEYL_MODULUS, WEYL_MULTIPLIER, theta - low) -
    floorSum(count, WEYL_MODULUS, WEYL_MULTIPLIER, theta - high)
  );
}
