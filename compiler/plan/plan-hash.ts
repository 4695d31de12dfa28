import type { Json } from './canonical-json.ts';
import { contentHash } from './content-hash.ts';
import type { Plan, PlanPhase } from './types.ts';

/**
 * Identity of a plan: the hash of what is computed. Two recipes that train the same weights have one hash, whatever they
 * are called, in whatever order they are written, and wherever their stages are cut.
 */
export function planHash(plan: Pick<Plan, 'seed' | 'tokenizer' | 'model' | 'phases'>): string {
  return contentHash({
    plan_version: 1,
    seed: plan.seed,
    tokenizer: { ...plan.tokenizer },
    model: { ...plan.model },
    phases: plan.phases.map(computedPart),
  });
}

/** Segments name their datasets by id, and an id holds source and steps: nothing else of a dataset is computed with. */
function computedPart(phase: PlanPhase): Json {
  const { kind, steps, precision, optimizer, clip_norm, schedule, segments } = phase;
  return {
    kind,
    steps,
    precision,
    optimizer: { ...optimizer, decay_exclude: [...optimizer.decay_exclude].sort() },
    clip_norm,
    schedule: { ...schedule },
    segments: segments.map((segment) => ({ ...segment, shares: segment.shares.map((share) => ({ ...share })) })),
  };
}
