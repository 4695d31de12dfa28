import type { Json } from '../plan/canonical-json.ts';
import { startPart, tuningPart } from '../plan/plan-hash.ts';
import type { Plan, PlanPhase, PlanSegment } from '../plan/types.ts';
import { sameJson } from './field-changes.ts';
import { firstRateDifference } from './rate-difference.ts';
import { firstStepWhere } from './run-steps.ts';

/**
 * Members of a phase that say how its work is cut, shown, kept or counted, and not what a step computes. A spike rule changes
 * no step that was computed; from the next one on it is another.
 */
export const notComputed: readonly string[] = [
  'name',
  'steps',
  'asked_tokens',
  'tokens',
  'tokens_per_step',
  'checkpoint',
  'stages',
  'segments',
  'schedule',
  'recompute',
  'on_spike',
  'rows',
  'epochs',
];

/** Members of the model that no step of training reads by themselves; segments hold the RoPE theta of each step. */
export const modelNotComputed: readonly string[] = ['context', 'rope_theta', 'parameters', 'head_size', 'init_std'];

/** True when weights or token ids of one plan are none of the other's: no checkpoint can be shared. */
export function needsNewRun(old: Plan, next: Plan): boolean {
  const shape = (plan: Plan) => without(plan.model, modelNotComputed);
  return !sameJson(shape(old), shape(next)) || !sameJson({ ...old.tokenizer }, { ...next.tokenizer });
}

/**
 * First step (1-based, over all phases) that two plans of one model do not compute alike; null when there is none. The step
 * after the last stands for what is only in the finished model.
 */
export function firstDifferentStep(old: Plan, next: Plan): number | null {
  if (old.seed !== next.seed || old.model.init_std !== next.model.init_std) return 1;
  let before = 0;
  for (let i = 0; i < Math.max(old.phases.length, next.phases.length); i++) {
    const [a, b] = [old.phases[i], next.phases[i]];
    if (a === undefined || b === undefined || a.kind !== b.kind) return before + 1;
    const step = firstDifferenceOfPhases(a, b, { old, new: next });
    if (step !== null) return before + step;
    before += a.steps;
  }
  const finished = old.model.context === next.model.context && old.model.rope_theta === next.model.rope_theta;
  return finished ? null : before + 1;
}

/** First step of two phases of one kind that is not computed alike; where one is longer, the step after the shorter. */
export function firstDifferenceOfPhases(
  old: PlanPhase,
  next: PlanPhase,
  plans: { readonly old: Plan; readonly new: Plan },
): number | null {
  if (!sameJson(computedPart(old, plans.old), computedPart(next, plans.new))) return 1;
  const both = Math.min(old.steps, next.steps);
  const steps = [
    firstStepWhere(old, next, { first_step: 1, last_step: both }, (a, b) => !sameSettings(a, b)),
    firstRateDifference(old.schedule, next.schedule, both),
    old.steps === next.steps ? null : both + 1,
  ];
  const found = steps.filter((step) => step !== null);
  return found.length === 0 ? null : Math.min(...found);
}

/** What a phase computes with in every step. */
function computedPart(phase: PlanPhase, { phases }: Plan): Json {
  const optimizer = { ...phase.optimizer, decay_exclude: [...phase.optimizer.decay_exclude].sort() };
  const from = startPart(phase.from, phases);
  const tuning = phase.tuning === null ? null : tuningPart(phase.tuning);
  return { ...without(phase, notComputed), optimizer, from, tuning };
}

/** True when two segments compute alike wherever both are. */
export function sameSettings(a: PlanSegment | null, b: PlanSegment | null): boolean {
  if (a === null || b === null) return a === b;
  const steps = ['first_step', 'last_step'];
  return sameJson(without(a, steps), without(b, steps));
}

function without(record: object, names: readonly string[]): { readonly [key: string]: Json } {
  const entries = Object.entries(record as Record<string, Json>);
  return Object.fromEntries(entries.filter(([name]) => !names.includes(name)));
}
