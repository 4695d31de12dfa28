import Fraction from 'fraction.js';
import type { PlanPhase, PlanSegment } from '../types.ts';
import { type SegmentMixture, segmentMixture } from './segment-mixture.ts';

/** What stands at one slot of one step. */
export interface Pick {
  readonly datasetId: string;
  /** 0-based count of the dataset's sequences since the run's start, in sequences of the segment's length. */
  readonly draw: number;
}

/** Which sequence stands where, for a whole phase: pure arithmetic, constant memory, any step in constant time. */
export interface RunSampler {
  /** The segment that holds the step. Throws RangeError for a step outside the phase. */
  segmentAt(step: number): PlanSegment;
  /** What stands at slot 0 … batch_sequences-1 of step 1 … steps. Throws RangeError outside. */
  pick(step: number, slot: number): Pick;
  /** The batches of `firstStep`, `firstStep + 1`, … to the phase's end: equal to `pick` slot by slot, and much faster. */
  batches(firstStep: number): Generator<readonly Pick[], void>;
  /** Tokens of the dataset that steps 1 … step-1 read, with what earlier phases read; `step` may be steps + 1. */
  tokensReadBefore(step: number, datasetId: string): number;
  /** The same at a sequence of a step: before slot `slot` of it. */
  tokensReadBeforeSlot(step: number, slot: number, datasetId: string): number;
}

export interface RunSamplerOptions {
  /** 0 for the first phase of its kind in the plan, 1 for the second, … */
  readonly ordinal?: number;
  /** Tokens per dataset id that earlier phases have read. */
  readonly tokensRead?: ReadonlyMap<string, number>;
}

/** What is constant over a segment. */
interface Part {
  readonly segment: PlanSegment;
  readonly mixture: SegmentMixture;
  /** Tokens per dataset id read before the segment. */
  readonly tokensBefore: (datasetId: string) => number;
}

/**
 * The sampler of a phase. A dataset id is one cursor over all segments: at a change of sequence length to L it goes on at
 * draw ceil(tokens read / L).
 */
export function createRunSampler(phase: SampledPhase, seed: number, options: RunSamplerOptions = {}): RunSampler {
  const parts = layParts(phase, seed, options);
  const partAt = (step: number): Part => {
    const part = partOf(parts, step);
    if (part === undefined || step < part.segment.first_step || !Number.isInteger(step))
      throw new RangeError(`step ${step} is outside the phase`);
    return part;
  };
  const tokensReadBeforeSlot = (step: number, slot: number, datasetId: string): number => {
    const end = parts.at(-1)!.segment.last_step + 1;
    const part = step === end ? parts.at(-1)! : partAt(step);
    const { segment, mixture, tokensBefore } = part;
    const count = mixture.countBefore(datasetId, sequenceNumber(segment, step, slot));
    return tokensBefore(datasetId) + count * segment.sequence;
  };
  return {
    segmentAt: (step) => partAt(step).segment,
    pick(step, slot) {
      const part = partAt(step);
      if (!Number.isInteger(slot) || slot < 0 || slot >= part.segment.batch_sequences) {
        throw new RangeError(`slot ${slot} is outside a batch of ${part.segment.batch_sequences}`);
      }
      const n = sequenceNumber(part.segment, step, slot);
      const datasetId = part.mixture.datasetIds[part.mixture.datasetAt(n)]!;
      return { datasetId, draw: firstDraw(part, datasetId) + part.mixture.countBefore(datasetId, n) };
    },
    *batches(firstStep) {
      const start = parts.indexOf(partAt(firstStep));
      for (const part of parts.slice(start)) yield* batchesOf(part, Math.max(firstStep, part.segment.first_step));
    },
    tokensReadBefore: (step, datasetId) => tokensReadBeforeSlot(step, 0, datasetId),
    tokensReadBeforeSlot,
  };
}

/** What the sampler needs of a phase. */
export type SampledPhase = { readonly kind: PlanPhase['kind']; readonly segments: readonly PlanSegment[] };

function layParts(phase: SampledPhase, seed: number, options: RunSamplerOptions): readonly Part[] {
  const identity = `${phase.kind}:${options.ordinal ?? 0}`;
  const counts = cursorCounts(options.tokensRead ?? new Map());
  return phase.segments.map((segment, index) => {
    const shares = segment.shares.map((each) => ({ datasetId: each.dataset_id, share: new Fraction(each.share) }));
    const mixture = segmentMixture(seed, identity, segment.first_step, shares);
    const tokensBefore = (id: string) => counts.before(index, id);
    const sequences = (segment.last_step - segment.first_step + 1) * segment.batch_sequences;
    for (const id of mixture.datasetIds) {
      counts.read(index, id, tokensBefore(id) + mixture.countBefore(id, sequences) * segment.sequence);
    }
    return { segment, mixture, tokensBefore };
  });
}

/** The part that starts last at or before a step, by halving. */
function partOf(parts: readonly Part[], step: number): Part | undefined {
  const index = lastIndexWhere(parts.length, (at) => parts[at]!.segment.first_step <= step);
  const part = parts[index];
  return part && step <= part.segment.last_step ? part : undefined;
}

/** Largest index below a length at which something that holds up to some index holds; -1 where it never does. */
function lastIndexWhere(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [-1, length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Tokens read of each dataset after the segments that hold it: a place for each, and none for the others. */
function cursorCounts(start: ReadonlyMap<string, number>) {
  const places = new Map<string, { readonly after: number[]; readonly tokens: number[] }>();
  return {
    before(segment: number, id: string): number {
      const known = places.get(id);
      const index = known ? lastIndexWhere(known.after.length, (at) => known.after[at]! < segment) : -1;
      return index === -1 ? (start.get(id) ?? 0) : known!.tokens[index]!;
    },
    read(segment: number, id: string, tokens: number): void {
      const known = places.get(id) ?? { after: [], tokens: [] };
      known.after.push(segment);
      known.tokens.push(tokens);
      places.set(id, known);
    },
  };
}

function* batchesOf(part: Part, firstStep: number): Generator<readonly Pick[], void> {
  const { segment, mixture } = part;
  const n = sequenceNumber(segment, firstStep, 0);
  const ids = mixture.datasetIds;
  const draws = ids.map((id) => firstDraw(part, id) + mixture.countBefore(id, n));
  const walk = mixture.walk(n);
  for (let step = firstStep; step <= segment.last_step; step++) {
    const batch: Pick[] = [];
    for (let slot = 0; slot < segment.batch_sequences; slot++) {
      const index = walk.next().value;
      batch.push({ datasetId: ids[index]!, draw: draws[index]! });
      draws[index]!++;
    }
    yield batch;
  }
}

function firstDraw(part: Part, datasetId: string): number {
  return Math.ceil(part.tokensBefore(datasetId) / part.segment.sequence);
}

function sequenceNumber(segment: PlanSegment, step: number, slot: number): number {
  return (step - segment.first_step) * segment.batch_sequences + slot;
}
