import type { ChangeEffect, PlanDiff } from './types.ts';

/**
 * Whether a run may go on with the new plan: `goes_on`, or `refused`; `refused_unless_forced` where what is done would have
 * been computed otherwise, which a person may accept. A new run is never forced: its weights do not fit.
 */
export type ResumeAnswer = 'goes_on' | 'refused' | 'refused_unless_forced';

/** The answer for a run that has done so many steps, over all phases. */
export function resumeAnswer({ effect }: Pick<PlanDiff, 'effect'>, step: number): ResumeAnswer {
  if (effect.class === 'new_run') return 'refused';
  return canTake(effect, step) ? 'goes_on' : 'refused_unless_forced';
}

/** True when nothing of what so many steps computed changes. */
export function canTake({ class: kind, from_step }: ChangeEffect, step: number): boolean {
  return kind === 'no_effect' || (from_step !== null && from_step > step);
}
