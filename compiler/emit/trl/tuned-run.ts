import type { Plan, PlanPhase, PlanStart, PlanTuning } from '../../plan/types.ts';
import { type ExportedRun, exportedRuns } from '../exported-run.ts';

type TunedPhase = PlanPhase & { readonly kind: 'sft' | 'dpo'; readonly tuning: PlanTuning };

/** A phase of post-training, or an arm of an ablation of one, that TRL trains. Its folders are in `data/` and `models/`. */
export type TunedRun = ExportedRun<TunedPhase>;

/** All that is post-training in a plan, in order; the arms of its ablations last. */
export function tunedRuns(plan: Plan): readonly TunedRun[] {
  return exportedRuns(plan, isTuned);
}

function isTuned(phase: PlanPhase): phase is TunedPhase {
  return phase.kind !== 'pretrain' && phase.tuning !== null;
}

/** The model that a run starts from, as TRL loads it, with its revision; null for what it cannot load. */
export function startModel(
  start: PlanStart,
  recipeFolder: string,
): { readonly path: string; readonly revision: string | null } | null {
  if (start.kind === 'phase') {
    return { path: `models/${start.phase}${start.step === null ? '' : `-step-${start.step}`}`, revision: null };
  }
  if (start.kind !== 'weights') return null;
  const { source } = start;
  if (source.kind === 'hf') return { path: source.repository, revision: source.revision };
  if (source.kind !== 'local' || source.paths.length !== 1 || source.paths[0]!.endsWith('.gguf')) return null;
  return { path: `${recipeFolder}${source.paths[0]}`, revision: null };
}
