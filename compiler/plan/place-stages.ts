import type Fraction from 'fraction.js';
import { roundHalfUp } from './exact.ts';

/** What decides a stage's steps: its asked boundaries in tokens and its tokens per step. */
export interface StageLength {
  readonly from: Fraction;
  readonly to: Fraction;
  readonly tokensPerStep: number;
}

/** A stage in whole steps. `steps` is 0 or less for a stage that does not reach half a step; it then has no steps. */
export interface PlacedStage {
  readonly asked: StageLength;
  readonly steps: number;
  /** 1-based. */
  readonly firstStep: number;
  readonly lastStep: number;
  /** Positions in tokens, as run. */
  readonly from: number;
  readonly to: number;
}

/**
 * Lays stages in steps, in order: each has round((asked end - actual start) / tokens per step) steps, ties up, and the next
 * starts at its actual end. Rounding never accumulates over stages of one step size.
 */
export function placeStages(stages: readonly StageLength[]): readonly PlacedStage[] {
  let step = 0;
  let position = 0;
  return stages.map((asked) => {
    const steps = roundHalfUp(asked.to.sub(position).div(asked.tokensPerStep));
    const run = Math.max(0, steps);
    const placed = { asked, steps, firstStep: step + 1, lastStep: step + run, from: position };
    step += run;
    position += run * asked.tokensPerStep;
    return { ...placed, to: position };
  });
}

/** Steps that are done at an asked position of the phase: 0 at its start, all at its end. Ties up. */
export function stepsAt(stages: readonly PlacedStage[], position: Fraction): number {
  const stage = stages.find(({ asked }) => position.lt(asked.to)) ?? stages.at(-1)!;
  if (position.gte(stage.asked.to)) return stage.lastStep;
  const inside = roundHalfUp(position.sub(stage.from).div(stage.asked.tokensPerStep));
  return Math.min(stage.lastStep, stage.firstStep - 1 + Math.max(0, inside));
}

/** Tokens that are trained when so many steps are done. */
export function tokensAt(stages: readonly PlacedStage[], steps: number): number {
  const stage = stages.find(({ lastStep }) => steps <= lastStep) ?? stages.at(-1)!;
  return stage.from + (steps - stage.firstStep + 1) * stage.asked.tokensPerStep;
}
