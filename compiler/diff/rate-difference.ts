import { learningRate } from '../plan/schedule.ts';
import type { PlanSchedule } from '../plan/types.ts';

/** Steps at the start of a piece that are compared one by one; formulas that differ do so within far fewer. */
const comparedSteps = 4096;

/**
 * First step of 1 … `steps` at which two schedules have another learning rate; null when none has. The rate is one formula
 * between the ends of warm-up and decay, so that no run is too long to compare.
 */
export function firstRateDifference(old: PlanSchedule, next: PlanSchedule, steps: number): number | null {
  const starts = [1, ...pieceStarts(old), ...pieceStarts(next)]
    .filter((step) => step >= 1 && step <= steps)
    .sort((a, b) => a - b);
  for (const [i, first] of starts.entries()) {
    const last = Math.min(steps, (starts[i + 1] ?? steps + 1) - 1);
    if (first > last || pieceOf(old, first) === pieceOf(next, first)) continue;
    for (let step = first; step <= Math.min(last, first + comparedSteps); step++) {
      if (learningRate(old, step) !== learningRate(next, step)) return step;
    }
    if (last - first > comparedSteps) return first + comparedSteps;
  }
  return null;
}

/** Steps at which another formula begins. */
function pieceStarts({ warmup_steps, decay_start_step, decay_steps }: PlanSchedule): readonly number[] {
  return [Math.max(1, warmup_steps), decay_start_step + 1, decay_start_step + decay_steps];
}

/** The formula that gives the rate from a piece's first step on, with its numbers: equal texts are equal rates. */
function pieceOf(schedule: PlanSchedule, step: number): string {
  const { kind, peak, end, warmup_steps, decay_start_step, decay_steps, shape } = schedule;
  if (step < warmup_steps) return `rising ${peak} ${warmup_steps}`;
  if (kind === 'inverse_sqrt') return `inverse ${peak} ${end} ${Math.max(1, warmup_steps)}`;
  if (step <= decay_start_step || decay_steps === 0 || peak === end) return `constant ${peak}`;
  if (step >= decay_start_step + decay_steps) return `constant ${end}`;
  return `falling ${shape} ${peak} ${end} ${decay_start_step} ${decay_steps}`;
}
