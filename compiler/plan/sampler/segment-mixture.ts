import type Fraction from 'fraction.js';
import { countBetween, nextWeylValue, shareThresholds, weylOffset, weylValue } from './weyl.ts';

/** Which dataset stands at each sequence of one segment; sequences are numbered from 0 within it. */
export interface SegmentMixture {
  /** In the order of ids. */
  readonly datasetIds: readonly string[];
  /** Index into `datasetIds` of the dataset at sequence n. */
  datasetAt(n: number): number;
  /** How many of the sequences 0 … n-1 are of the dataset; 0 for one that the segment does not hold. O(1) in n. */
  countBefore(datasetId: string, n: number): number;
  /** The datasets at n, n+1, …, as indices, without end. */
  walk(n: number): Generator<number, never>;
}

/**
 * The mixture of one segment (design: sampler, sections 1 and 2). `phase` is the phase's kind and ordinal; shares are exact,
 * add up to 1 and name each dataset id once, in any order.
 */
export function segmentMixture(
  seed: number,
  phase: string,
  firstStep: number,
  shares: readonly { readonly datasetId: string; readonly share: Fraction }[],
): SegmentMixture {
  const sorted = [...shares].sort((a, b) => (a.datasetId < b.datasetId ? -1 : 1));
  const datasetIds = sorted.map((each) => each.datasetId);
  const thresholds = shareThresholds(sorted.map((each) => each.share));
  const theta = weylOffset(seed, phase, firstStep);
  const indexOf = new Map(datasetIds.map((id, index) => [id, index]));
  if (indexOf.size !== datasetIds.length) throw new RangeError('a dataset id stands twice in a segment');
  return {
    datasetIds,
    datasetAt: (n) => ownerOf(thresholds, weylValue(BigInt(n), theta)),
    countBefore(datasetId, n) {
      const index = indexOf.get(datasetId);
      if (index === undefined) return 0;
      return Number(countBetween(BigInt(n), thresholds[index]!, thresholds[index + 1]!, theta));
    },
    *walk(n) {
      for (let value = weylValue(BigInt(n), theta); ; value = nextWeylValue(value)) yield ownerOf(thresholds, value);
    },
  };
}

/** Index i with thresholds[i] <= value < thresholds[i + 1], by halving. */
function ownerOf(thresholds: readonly bigint[], value: bigint): number {
  let low = 0;
  let high = thresholds.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value < thresholds[middle]!) high = middle;
    else low = middle;
  }
  return low;
}
