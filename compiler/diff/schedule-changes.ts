import type { PlanPhase, PlanSchedule } from '../plan/types.ts';
import { consequence } from './consequences.ts';
import { change, type PhaseContext } from './diff-context.ts';
import { worstEffect } from './effect.ts';
import { firstRateDifference } from './rate-difference.ts';
import { tokensAfter } from './run-steps.ts';
import type { Change, Consequence, ValueUnit } from './types.ts';

const fields: readonly (readonly [keyof PlanSchedule, string, ValueUnit])[] = [
  ['kind', 'kind', 'text'],
  ['peak', 'peak', 'learning_rate'],
  ['end', 'end', 'learning_rate'],
  ['warmup_steps', 'warmup', 'steps'],
  ['shape', 'shape', 'text'],
];

/** What changed in a learning rate, each from the first step that has another rate by it. Null when nothing did. */
export function scheduleChange(context: PhaseContext): Change | null {
  const { old, new: next } = context.phases;
  const steps = Math.min(old.steps, next.steps);
  const effectOf = (part: Partial<PlanSchedule>) =>
    context.effectAt(firstRateDifference(old.schedule, { ...old.schedule, ...part }, steps));
  const children = fields
    .filter(([field]) => old.schedule[field] !== next.schedule[field])
    .map(([field, name, unit]) =>
      change({
        action: 'changed',
        subject: 'attribute',
        name,
        unit,
        old: old.schedule[field],
        new: next.schedule[field],
        reason: field === 'warmup_steps' && keepsPart('warmup_steps', old, next) ? 'follows' : 'written',
        effect: effectOf({ [field]: next.schedule[field] }),
      }),
    );
  const all = [...children, ...decayChange(context)];
  if (all.length === 0) return null;
  const whole = context.effectAt(firstRateDifference(old.schedule, next.schedule, steps));
  return change({
    action: 'changed',
    subject: 'schedule',
    name: 'schedule',
    phase: next.name,
    reason: all.every(({ reason }) => reason === 'follows') ? 'follows' : 'written',
    effect: worstEffect([whole, ...all.map(({ effect }) => effect)]),
    children: all,
  });
}

/** Length and start of the decay are one line: mostly they are one edit. */
function decayChange(context: PhaseContext): readonly Change[] {
  const { old, new: next } = context.phases;
  const { decay_start_step, decay_steps } = next.schedule;
  if (old.schedule.decay_steps === decay_steps && old.schedule.decay_start_step === decay_start_step) return [];
  const rates = firstRateDifference(
    old.schedule,
    { ...old.schedule, decay_steps, decay_start_step },
    Math.min(old.steps, next.steps),
  );
  return [
    change({
      action: 'changed',
      subject: 'attribute',
      name: 'decay',
      unit: 'steps',
      old: old.schedule.decay_steps,
      new: decay_steps,
      reason: followsLength(old, next) ? 'follows' : 'written',
      effect: context.effectAt(rates),
      consequences: startOf(context),
    }),
  ];
}

function startOf({ phases, old, new: next }: PhaseContext): readonly Consequence[] {
  const tokens = (plan: typeof old, phase: PlanPhase) =>
    phase.schedule.decay_steps === 0
      ? null
      : tokensAfter({ ...plan, phases: [phase] }, phase.schedule.decay_start_step);
  const [before, after] = [tokens(old, phases.old), tokens(next, phases.new)];
  if (before === after) return [];
  const first = phases.new.schedule.decay_start_step + 1;
  const stage = phases.new.stages.find(({ first_step }) => first_step === first)?.name ?? null;
  return [{ ...consequence('starts_at_tokens', before, after), aligned_with: stage }];
}

/** True when the decay ends with the phase on both sides, as long as before in steps or in part, and the phase is not. */
function followsLength(old: PlanPhase, next: PlanPhase): boolean {
  const atEnd = ({ schedule, steps }: PlanPhase) => schedule.decay_start_step + schedule.decay_steps === steps;
  if (old.steps === next.steps || !atEnd(old) || !atEnd(next)) return false;
  // Cosine and linear schedules fall from the warm-up on: what is left of the phase.
  const fillsPhase = ({ schedule }: PlanPhase) => schedule.decay_start_step === schedule.warmup_steps;
  const same = old.schedule.decay_steps === next.schedule.decay_steps;
  return same || (fillsPhase(old) && fillsPhase(next)) || keepsPart('decay_steps', old, next);
}

/** True when steps are the same part of a phase of another length, give or take one. */
function keepsPart(field: 'warmup_steps' | 'decay_steps', old: PlanPhase, next: PlanPhase): boolean {
  if (old.steps === next.steps) return false;
  const parts = [old, next].map(({ schedule, steps }) => schedule[field] / steps) as [number, number];
  return Math.abs(parts[0] - parts[1]) * Math.max(old.steps, next.steps) <= 1;
}
