import Fraction from 'fraction.js';
import type { RunSampler } from './sampler/run-sampler.ts';
import type { PlanPhase, PlanPretrain } from './types.ts';

/** A phase with its sampler and the tokens that the phases before it train. */
export interface SampledRun {
  readonly phase: Pick<PlanPretrain, 'steps' | 'tokens' | 'segments'>;
  readonly sampler: RunSampler;
  readonly tokensBefore: number;
}

/** A place in the run where a count is reached. */
export interface ReachedAt {
  /** Tokens trained when the sequence that reaches it ends, over all phases. */
  readonly tokens: number;
  /** Index of the phase, and the step in it (1-based) that holds the sequence. */
  readonly phase: number;
  readonly step: number;
}

/** Tokens that the run reads of a group of dataset ids: a dataset and those derived from it. */
export function tokensRead(runs: readonly SampledRun[], group: ReadonlySet<string>): number {
  const last = runs.at(-1);
  return last === undefined ? 0 : readBefore(last, last.phase.steps + 1, 0, group);
}

/**
 * Where the run has read `target` tokens of a group, exact to the sequence, by inverting the closed-form count; null when it
 * never does.
 */
export function positionOf(runs: readonly SampledRun[], group: ReadonlySet<string>, target: number): ReachedAt | null {
  for (const [index, run] of runs.entries()) {
    let tokens = run.tokensBefore;
    for (const segment of run.phase.segments) {
      const { first_step, last_step, sequence, batch_sequences } = segment;
      const size = (last_step - first_step + 1) * batch_sequences;
      if (readBefore(run, last_step + 1, 0, group) >= target) {
        const before = (n: number) =>
          readBefore(run, first_step + Math.floor(n / batch_sequences), n % batch_sequences, group);
        const n = firstReaching(before, target, { size, sequence, share: shareOf(segment.shares, group) });
        return { tokens: tokens + n * sequence, phase: index, step: first_step + Math.ceil(n / batch_sequences) - 1 };
      }
      tokens += size * sequence;
    }
  }
  return null;
}

function readBefore(run: SampledRun, step: number, slot: number, group: ReadonlySet<string>): number {
  let sum = 0;
  for (const id of group) sum += run.sampler.tokensReadBeforeSlot(step, slot, id);
  return sum;
}

function shareOf(shares: PlanPhase['segments'][number]['shares'], group: ReadonlySet<string>): number {
  const part = shares.filter((each) => group.has(each.dataset_id));
  return part.reduce((sum, { share }) => sum.add(new Fraction(share)), new Fraction(0)).valueOf();
}

/**
 * Smallest n in 1 … size with count(n) >= target, by halving. Counts stay within a few sequences of share x n, so the search
 * starts in a narrow bracket and opens it only if that fails.
 */
function firstReaching(
  count: (n: number) => number,
  target: number,
  { size, sequence, share }: { size: number; sequence: number; share: number },
): number {
  const guess = (target - count(0)) / (sequence * share);
  const margin = 16 / share + 8;
  let low = Math.max(0, Math.floor(guess - margin));
  let high = Math.min(size, Math.ceil(guess + margin));
  if (low >= size || count(low) >= target) low = 0;
  if (high <= low || count(high) < target) high = size;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (count(middle) >= target) high = middle;
    else low = middle;
  }
  return high;
}
