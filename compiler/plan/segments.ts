import Fraction from 'fraction.js';
import type { ResolvedShare } from '../normalize/types.ts';
import { exactText } from './exact.ts';
import type { PlanSegment, PlanStage } from './types.ts';

/** What a segment takes from a stage. */
export type StageSettings = Omit<PlanStage, 'mixture'>;

/** What of a stage holds for each of its segments. */
type SegmentSettings = Pick<PlanSegment, Exclude<keyof PlanSegment, 'shares'>>;

/** Shares by dataset id, summed where names share an id, in the order of ids. */
export function sharesById(shares: readonly ResolvedShare[], ids: ReadonlyMap<string, string>): PlanSegment['shares'] {
  const sums = new Map<string, Fraction>();
  for (const { dataset, share } of shares) {
    const id = ids.get(dataset)!;
    sums.set(id, (sums.get(id) ?? new Fraction(0)).add(share));
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([dataset_id, sum]) => ({ dataset_id, share: exactText(sum) }));
}

/** Segments of a phase: its stages and the pieces of ramps, neighbours joined where nothing changes between them. */
export function segmentsOf(
  stages: readonly { readonly settings: SegmentSettings; readonly shares: PlanSegment['shares'] }[],
): readonly PlanSegment[] {
  const segments: PlanSegment[] = [];
  for (const { settings, shares } of stages) {
    const { first_step, last_step, sequence, batch_sequences, rope_theta, attention } = settings;
    const segment = { first_step, last_step, sequence, batch_sequences, rope_theta, attention, shares };
    const previous = segments.at(-1);
    if (previous !== undefined && sameButSteps(previous, segment)) {
      segments[segments.length - 1] = { ...previous, last_step };
    } else {
      segments.push(segment);
    }
  }
  return segments;
}

function sameButSteps(a: PlanSegment, b: PlanSegment): boolean {
  return (
    a.sequence === b.sequence &&
    a.batch_sequences === b.batch_sequences &&
    a.rope_theta === b.rope_theta &&
    a.attention === b.attention &&
    a.shares.length === b.shares.length &&
    a.shares.every(({ dataset_id, share }, i) => dataset_id === b.shares[i]!.dataset_id && share === b.shares[i]!.share)
  );
}
