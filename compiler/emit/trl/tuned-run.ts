import type { Plan, PlanPhase, PlanStart, PlanTuning } from '../../plan/types.ts';

/** A phase of post-training, or an arm of an ablation of one, that TRL trains. */
export interface TunedRun {
  /** Path of its files without an ending, and the name of its folder in `data/` and `models/`. */
  readonly name: string;
  readonly phase: PlanPhase & { readonly kind: 'sft' | 'dpo'; readonly tuning: PlanTuning };
  /** JSON pointer to the phase, where the plan has provenance of it. */
  readonly pointer: string;
}

/** All that is post-training in a plan, in order; the arms of its ablations last. */
export function tunedRuns(plan: Plan): readonly TunedRun[] {
  const phases = plan.phases.map((phase, index) => ({ name: phase.name, phase, pointer: `/phases/${index}` }));
  const arms = plan.ablations.flatMap((ablation, index) =>
    ablation.arms.map(({ name, phase }) => ({
      name: `ablations/${ablation.name}/${name}`,
      phase,
      pointer: `/ablations/${index}`,
    })),
  );
  return [...phases, ...arms].flatMap(({ phase, ...run }) => (isTuned(phase) ? [{ ...run, phase }] : []));
}

function isTuned(phase: PlanPhase): phase is TunedRun['phase'] {
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
  return { path: `${decodeURIComponent(recipeFolder)}${source.paths[0]}`, revision: null };
}
