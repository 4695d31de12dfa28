import type { Plan, PlanStart } from '../../plan/types.ts';

/** The checkpoint that a run starts from, as nanotron names it; null for fresh weights. */
export function startCheckpoint(start: PlanStart, plan: Plan): string | null {
  switch (start.kind) {
    case 'fresh':
    case 'weights':
      return null;
    case 'phase': {
      const last = plan.phases.find(({ name }) => name === start.phase)!.steps;
      return `checkpoints/${start.phase}/${start.step ?? last}`;
    }
    case 'checkpoint':
    case 'nanotron':
      return start.path;
  }
}
