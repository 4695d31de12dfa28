import type { PlanPhase, PlanPretrain } from './types.ts';

/** Whether a phase is one of pretraining, which counts in tokens and has stages. */
export function isPretrain(phase: PlanPhase): phase is PlanPretrain {
  return phase.kind === 'pretrain';
}
