import type { PlanPhase, PlanStart } from './types.ts';

/**
 * A start at a step of another phase, moved to the nearest checkpoint of that phase, ties later: those of its interval, and
 * that of its end. `phases` hold the phase that it names.
 */
export function nearestCheckpoint(
  from: PlanStart,
  phases: readonly Pick<PlanPhase, 'name' | 'steps' | 'checkpoint'>[],
): PlanStart {
  if (from.kind !== 'phase' || from.step === null) return from;
  const { steps, checkpoint } = phases.find(({ name }) => name === from.phase)!;
  const every = checkpoint.every_steps;
  if (every === null) return { ...from, step: steps };
  const below = Math.floor(from.step / every) * every;
  const above = Math.min(below + every, steps);
  return { ...from, step: below > 0 && from.step - below < above - from.step ? below : above };
}
