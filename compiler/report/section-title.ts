import { isPretrain } from '../plan/is-pretrain.ts';
import type { Plan, PlanPhase } from '../plan/types.ts';

/** The head of a section about a phase of pretraining: `Stages`; where there are several such phases, `Stages of anneal`. */
export function sectionTitle(plan: Plan, phase: PlanPhase, words: string): string {
  return plan.phases.filter(isPretrain).length === 1 ? words : `${words} of ${phase.name}`;
}
