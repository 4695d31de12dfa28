import type { Plan, PlanPhase, PlanSegment } from '../plan/types.ts';

/** Steps of a phase, 1-based and inclusive. */
export interface StepRange {
  readonly first_step: number;
  readonly last_step: number;
}

/** The segment that holds a step of a phase; null beyond its end, or when there is no phase. */
export function segmentAt(phase: PlanPhase | null, step: number): PlanSegment | null {
  return phase?.segments.find((segment) => step >= segment.first_step && step <= segment.last_step) ?? null;
}

/**
 * First step in a range at which two phases differ in what `differs` looks at; null when none does. Nothing changes within a
 * segment, so one step of each pair of segments is looked at.
 */
export function firstStepWhere(
  old: PlanPhase | null,
  next: PlanPhase | null,
  { first_step, last_step }: StepRange,
  differs: (old: PlanSegment | null, next: PlanSegment | null) => boolean,
): number | null {
  for (let step = first_step; step <= last_step; ) {
    const [a, b] = [segmentAt(old, step), segmentAt(next, step)];
    if (differs(a, b)) return step;
    step = 1 + Math.min(a?.last_step ?? last_step, b?.last_step ?? last_step);
  }
  return null;
}

/** Steps of all phases before one, by its index. */
export function stepsBefore(plan: Plan, phase: number): number {
  return plan.phases.slice(0, phase).reduce((sum, { steps }) => sum + steps, 0);
}

/** Tokens trained when so many steps of the run are done; beyond its end, all. */
export function tokensAfter(plan: Plan, steps: number): number {
  let tokens = 0;
  let left = steps;
  for (const phase of plan.phases) {
    for (const { first_step, last_step, sequence, batch_sequences } of phase.segments) {
      tokens += Math.max(0, Math.min(left, last_step) - first_step + 1) * sequence * batch_sequences;
    }
    left = Math.max(0, left - phase.steps);
  }
  return tokens;
}
