import type { PlanPhase, PlanSegment, PlanStage } from '../../compiler/plan/index.ts';
import type { StepShape } from '../model/types.ts';

/** The stage that holds a step (1-based). Step 0, before any training, counts to the first stage. */
export function stageAt(phase: PlanPhase, step: number): PlanStage {
  return holding(phase.stages, step);
}

/** The segment that holds a step; step 0 counts to the first. */
export function segmentAt(phase: PlanPhase, step: number): PlanSegment {
  return holding(phase.segments, step);
}

/** What a step's program is specialised for. */
export function shapeAt(phase: PlanPhase, step: number): StepShape {
  const segment = segmentAt(phase, step);
  return {
    // The two answers of a pair are two sequences.
    sequences: segment.batch_sequences * (phase.kind === 'dpo' ? 2 : 1),
    sequence: segment.sequence,
    ropeTheta: segment.rope_theta,
    attention: segment.attention,
  };
}

/** Tokens trained on by steps 1 … step. */
export function tokensThrough(phase: PlanPhase, step: number): number {
  let tokens = 0;
  for (const { first_step, last_step, sequence, batch_sequences } of phase.segments) {
    const steps = Math.min(step, last_step) - first_step + 1;
    if (steps > 0) tokens += steps * sequence * batch_sequences;
  }
  return tokens;
}

/** True when two steps run the same program. */
export function sameShape(a: StepShape, b: StepShape): boolean {
  return (
    a.sequences === b.sequences &&
    a.sequence === b.sequence &&
    a.ropeTheta === b.ropeTheta &&
    a.attention === b.attention
  );
}

function holding<Range extends { readonly first_step: number; readonly last_step: number }>(
  ranges: readonly Range[],
  step: number,
): Range {
  const at = Math.max(1, step);
  const found = ranges.find(({ first_step, last_step }) => at >= first_step && at <= last_step);
  if (!found) throw new RangeError(`step ${step} is outside the phase`);
  return found;
}
