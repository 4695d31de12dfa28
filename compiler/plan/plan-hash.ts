import type { Json } from './canonical-json.ts';
import { contentHash } from './content-hash.ts';
import type { Plan, PlanPhase, PlanStart, PlanTuning } from './types.ts';

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
    phases: plan.phases.map((phase) => computedPart(phase, plan.phases)),
  });
}

/**
 * Segments name their datasets by id, and an id holds source and steps: nothing else of a dataset is computed with. What a
 * phase does not have (`from`, a spike rule, post-training) is left out.
 */
function computedPart(phase: PlanPhase, phases: readonly PlanPhase[]): Json {
  const { kind, steps, precision, optimizer, clip_norm, schedule, segments, from, on_spike, tuning } = phase;
  return {
    kind,
    steps,
    precision,
    optimizer: { ...optimizer, decay_exclude: [...optimizer.decay_exclude].sort() },
    clip_norm,
    schedule: { ...schedule },
    segments: segments.map((segment) => ({ ...segment, shares: segment.shares.map((share) => ({ ...share })) })),
    ...(from.kind === 'fresh' ? {} : { from: startPart(from, phases) }),
    ...(on_spike === null ? {} : { on_spike: { ...on_spike } }),
    ...(tuning === null ? {} : { tuning: tuningPart(tuning) }),
  };
}

/** A phase is known by its place among the phases, since names do not count. */
export function startPart(from: PlanStart, phases: readonly PlanPhase[]): Json {
  if (from.kind !== 'phase') return 'source' in from ? { ...from, source: { ...from.source } } : { ...from };
  return { kind: from.kind, phase: phases.findIndex(({ name }) => name === from.phase), step: from.step };
}

/** What is computed of post-training: its data by id, in the order of ids; not what only refuses, nor when the same is computed. */
export function tuningPart({ data, max_untrained: _limit, reference: _when, ...rest }: PlanTuning): Json {
  const shares = data.map(({ dataset_id, share }) => ({ dataset_id, share }));
  shares.sort((a, b) => (a.dataset_id < b.dataset_id ? -1 : 1));
  return { ...rest, chat: { ...rest.chat }, data: shares };
}
