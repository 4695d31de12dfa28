import Fraction from 'fraction.js';
import type { ResolvedShare, ResolvedTuning } from '../normalize/types.ts';

/** What a phase of post-training reads, each dataset with its share: of a single dataset, all of it. */
export function tuningShares({
  data,
}: Pick<ResolvedTuning, 'data'>): readonly Pick<ResolvedShare, 'dataset' | 'share'>[] {
  return data.kind === 'dataset' ? [{ dataset: data.dataset, share: new Fraction(1) }] : data.shares;
}
