import { checkpointBytes } from './model-size.ts';
import type { PlanModel, PlanPhase, PlanTotals } from './types.ts';

/** Checkpoints of all phases: the last step of a phase always writes one, and it is always kept. */
export function checkpointTotals(
  { parameters }: PlanModel,
  phases: readonly Pick<PlanPhase, 'steps' | 'checkpoint'>[],
): Pick<PlanTotals, `checkpoint${string}` & keyof PlanTotals> {
  const bytes = checkpointBytes(parameters);
  const written = phases.map(writtenBy);
  const kept = phases.map(({ checkpoint }, i) => Math.min(written[i]!, checkpoint.keep ?? written[i]!));
  const keptInAll = sum(kept);
  return {
    checkpoint_bytes: bytes,
    checkpoints_written: sum(written),
    checkpoints_kept: keptInAll,
    checkpoints_kept_bytes: keptInAll * bytes,
  };
}

function writtenBy({ steps, checkpoint }: Pick<PlanPhase, 'steps' | 'checkpoint'>): number {
  return checkpoint.every_steps === null ? 1 : Math.ceil(steps / checkpoint.every_steps);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
