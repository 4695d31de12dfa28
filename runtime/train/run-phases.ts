import type { Plan, PlanPhase } from '../../compiler/plan/index.ts';
import { asTrained } from './as-trained.ts';
import { tokensThrough } from './step-position.ts';

/** A phase with its place in the run: its step s is step `before` + s of the run. */
export interface RunPhase {
  /** Its place among the plan's phases. */
  readonly index: number;
  /** As it is trained: with segments also in post-training. */
  readonly phase: PlanPhase;
  /** Steps and tokens of the phases before it. */
  readonly before: number;
  readonly tokensBefore: number;
  /** The run's step that is its last. */
  readonly end: number;
}

/** The phases of a plan in the order in which they run. */
export function runPhases(plan: Plan): readonly RunPhase[] {
  let before = 0;
  let tokensBefore = 0;
  return plan.phases.map((_, index) => {
    const phase = asTrained(plan, index);
    const placed = { index, phase, before, tokensBefore, end: before + phase.steps };
    before = placed.end;
    tokensBefore += tokensThrough(phase, phase.steps);
    return placed;
  });
}

/** The phase that holds a step of the run; step 0, before any training, counts to the first, later steps to the last. */
export function phaseHolding(phases: readonly RunPhase[], step: number): RunPhase {
  return phases.find(({ end }) => step <= end) ?? phases.at(-1)!;
}
