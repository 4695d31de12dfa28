import type { Plan, PlanStart } from '../../plan/types.ts';
import type { EmitPlace } from '../emit-place.ts';

/**
 * The checkpoint that a run starts from, as nanotron finds it from the output folder; null where it starts from none. A path of
 * the recipe is relative to the recipe's folder.
 */
export function startCheckpoint(start: PlanStart, plan: Plan, { recipeFolder }: EmitPlace): string | null {
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
      return /^([/\\]|[A-Za-z]:|[a-z0-9]+:\/\/)/.test(start.path) ? start.path : `${recipeFolder}${start.path}`;
  }
}
