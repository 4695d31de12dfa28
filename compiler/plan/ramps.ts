import Fraction from 'fraction.js';
import type { ResolvedShare, ResolvedStage } from '../normalize/types.ts';
import { roundHalfUp } from './exact.ts';
import type { PhaseSteps } from './place-schedule.ts';
import { stepsAt } from './place-stages.ts';

/** Most pieces of a ramp: enough that shares move by little, few enough to be listed. */
const mostPieces = 64;

/** A run of steps with one mixture. */
export interface RampPiece {
  readonly firstStep: number;
  readonly lastStep: number;
  readonly shares: readonly ResolvedShare[];
}

/** Steps of a stage's ramp, from its first step on, as asked: it may be longer than the stage. 0 without a ramp, else at least 1. */
export function rampSteps(stage: ResolvedStage, index: number, phase: PhaseSteps): number {
  if (stage.ramp === null) return 0;
  const { unit, amount } = stage.ramp.value;
  if (unit === 'steps') return Math.max(1, roundHalfUp(amount.mul(phase.scale)));
  const placed = phase.stages[index]!;
  const length = unit === 'part' ? amount.mul(phase.askedTokens) : amount;
  const inStage = new Fraction(placed.to - placed.from);
  if (length.gt(inStage)) return Math.max(placed.steps + 1, roundHalfUp(length.div(placed.asked.tokensPerStep)));
  return Math.max(1, stepsAt(phase.stages, length.add(placed.from)) - placed.firstStep + 1);
}

/**
 * The pieces of a stage: a ramp's, and what follows. A ramp of n steps is cut into k = min(64, n) pieces that differ by a step
 * at most; piece i (from 0) has the shares of the middle of its place, (2 i + 1) / (2 k) of the way from the stage before, so
 * that over the whole ramp each dataset has the mean of both its shares.
 */
export function stagePieces(
  stage: Pick<ResolvedStage, 'shares'>,
  before: readonly ResolvedShare[] | null,
  steps: { readonly first: number; readonly last: number; readonly ramp: number },
): readonly RampPiece[] {
  const { first, last, ramp } = steps;
  if (before === null || ramp === 0) return [{ firstStep: first, lastStep: last, shares: stage.shares }];
  const count = Math.min(mostPieces, ramp);
  const endOf = (piece: number) => first - 1 + Math.floor((piece * ramp) / count);
  const pieces = Array.from({ length: count }, (_, i) => ({
    firstStep: endOf(i) + 1,
    lastStep: endOf(i + 1),
    shares: between(before, stage.shares, new Fraction(2 * i + 1, 2 * count)),
  }));
  const rest = { firstStep: first + ramp, lastStep: last, shares: stage.shares };
  return rest.firstStep > last ? pieces : [...pieces, rest];
}

/** Shares at a part of the way from one mixture to another. */
function between(
  from: readonly ResolvedShare[],
  to: readonly ResolvedShare[],
  part: Fraction,
): readonly ResolvedShare[] {
  const shares = new Map<string, ResolvedShare>();
  const add = (each: ResolvedShare, factor: Fraction) => {
    const known = shares.get(each.dataset)?.share ?? new Fraction(0);
    shares.set(each.dataset, { ...each, share: known.add(each.share.mul(factor)) });
  };
  for (const share of to) add(share, part);
  for (const share of from) add(share, new Fraction(1).sub(part));
  return [...shares.values()];
}
