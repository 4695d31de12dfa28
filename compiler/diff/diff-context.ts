import type { Plan, PlanPhase } from '../plan/types.ts';
import type { DatasetMatch } from './dataset-match.ts';
import type { Change, ChangeEffect, RunPosition } from './types.ts';

/** What every part of the comparison needs. */
export interface DiffContext {
  readonly old: Plan;
  readonly new: Plan;
  readonly position: RunPosition | null;
  readonly datasets: DatasetMatch;
}

/** The same within a pair of phases. */
export interface PhaseContext extends DiffContext {
  readonly phases: { readonly old: PlanPhase; readonly new: PlanPhase };
  /** The effect of what first shows in a step of the phase; null for what shows in none. */
  readonly effectAt: (step: number | null) => ChangeEffect;
}

/** A change with what most of them have. */
export function change(part: Pick<Change, 'action' | 'subject' | 'name' | 'effect'> & Partial<Change>): Change {
  return {
    old_name: null,
    phase: null,
    unit: 'text',
    old: null,
    new: null,
    reason: 'written',
    consequences: [],
    children: [],
    ...part,
  };
}
