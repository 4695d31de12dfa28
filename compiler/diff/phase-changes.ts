import type { Json } from '../plan/canonical-json.ts';
import { startPart } from '../plan/plan-hash.ts';
import type { PlanOptimizer, PlanPhase, PlanStage } from '../plan/types.ts';
import { align, type Pair } from './align.ts';
import { alignStages } from './align-stages.ts';
import { changed, consequence, costOf } from './consequences.ts';
import { change, type DiffContext, type PhaseContext } from './diff-context.ts';
import { effectFrom, noEffect } from './effect.ts';
import { type FieldRow, fieldChanges, sameJson } from './field-changes.ts';
import { firstDifferenceOfPhases } from './first-different-step.ts';
import { stepsBefore } from './run-steps.ts';
import { scheduleChange } from './schedule-changes.ts';
import { gatherAttributes } from './shared-attributes.ts';
import { dividedChange, loneStage, stageChange } from './stage-changes.ts';
import { tuningChanges } from './tuning-changes.ts';
import type { Change } from './types.ts';

const rows: Readonly<Record<string, FieldRow>> = {
  clip_norm: { unit: 'number' },
  recompute: { effect: noEffect },
  on_spike: { effect: noEffect },
};

/** Said by changes of their own, or counted from what is. */
const skip = [
  'kind',
  'name',
  'from',
  'rows',
  'epochs',
  'tuning',
  'steps',
  'asked_tokens',
  'tokens',
  'tokens_per_step',
  'optimizer',
  'schedule',
  'checkpoint',
  'stages',
  'segments',
];

export interface PhaseChanges {
  readonly changes: readonly Change[];
  readonly unchangedStages: number;
}

/** What changed in the phases: those that came or went, and all that is in the others. */
export function phaseChanges(context: DiffContext): PhaseChanges {
  const pairs = alignPhases(context);
  const parts = pairs.map(({ old, new: next }) =>
    old !== null && next !== null
      ? pairChanges({ ...context, phases: { old, new: next }, effectAt: effectsIn(old, context) })
      : { changes: [lonePhase(old, next, context)], unchangedStages: 0 },
  );
  return {
    changes: [...parts.flatMap(({ changes }) => changes), ...orderChanges(pairs, context)],
    unchangedStages: parts.reduce((sum, { unchangedStages }) => sum + unchangedStages, 0),
  };
}

/** Phases are one by kind and name, then by kind and order. */
function alignPhases({ old, new: next }: DiffContext): readonly Pair<PlanPhase>[] {
  return align(old.phases, next.phases, [({ kind, name }) => `${kind} ${name}`, ({ kind }) => kind]);
}

function effectsIn(phase: PlanPhase, { old, position }: DiffContext): PhaseContext['effectAt'] {
  const before = stepsBefore(old, old.phases.indexOf(phase));
  return (step) => effectFrom(step === null ? null : before + step, old, position);
}

function lonePhase(old: PlanPhase | null, next: PlanPhase | null, context: DiffContext): Change {
  const phase = (next ?? old)!;
  const plan = next === null ? context.old : context.new;
  const from = stepsBefore(plan, plan.phases.indexOf(phase)) + 1;
  const tokens = [old?.tokens ?? 0, next?.tokens ?? 0] as const;
  return change({
    action: old === null ? 'added' : 'removed',
    subject: 'phase',
    name: phase.name,
    effect: effectFrom(from, context.old, context.position),
    consequences: changed([
      consequence('tokens', ...tokens),
      consequence('steps', old?.steps ?? 0, next?.steps ?? 0),
      consequence('cost_usd', costOf(context.old, tokens[0]), costOf(context.new, tokens[1])),
    ]),
  });
}

/** Phases that both plans have and run in another order: from the first place that holds another one. */
function orderChanges(pairs: readonly Pair<PlanPhase>[], context: DiffContext): readonly Change[] {
  const both = pairs.flatMap(({ old, new: next }) => (old !== null && next !== null ? [{ old, new: next }] : []));
  const before = context.old.phases.filter((phase) => both.some(({ old }) => old === phase));
  return both.flatMap(({ old, new: next }, place) => {
    const was = before.indexOf(old);
    if (was <= place) return [];
    const from = stepsBefore(context.old, context.old.phases.indexOf(before[place]!)) + 1;
    const effect = effectFrom(from, context.old, context.position);
    return [change({ action: 'moved', subject: 'phase', name: next.name, phase: next.name, effect })];
  });
}

function pairChanges(context: PhaseContext): PhaseChanges {
  const { old, new: next } = context.phases;
  const stages = stageChanges(context);
  const schedule = scheduleChange(context);
  const changes = [
    ...nameChange(context),
    ...lengthChange(context, stages.changes.length > 0),
    ...fieldChanges(old, next, { rows, skip, effect: context.effectAt(1) }).map((each) => ({
      ...each,
      phase: next.name,
    })),
    ...startChange(context),
    ...optimizerChange(context),
    ...tuningChanges(context),
    ...stages.changes,
    ...(schedule === null ? [] : [schedule]),
    ...checkpointChange(context),
  ];
  return { changes, unchangedStages: stages.unchangedStages };
}

/** Where the weights come from; a phase is known by its place, since its name does not count. */
function startChange(context: PhaseContext): readonly Change[] {
  const { old, new: next } = context.phases;
  const [before, after] = [startPart(old.from, context.old.phases), startPart(next.from, context.new.phases)];
  if (sameJson(before, after)) return [];
  const sides = { unit: 'start', old: { ...old.from } as Json, new: { ...next.from } as Json } as const;
  return [
    change({
      action: 'changed',
      subject: 'attribute',
      name: 'from',
      phase: next.name,
      ...sides,
      effect: context.effectAt(1),
    }),
  ];
}

function nameChange({ phases: { old, new: next } }: PhaseContext): readonly Change[] {
  if (old.name === next.name) return [];
  const names = { name: next.name, old_name: old.name, phase: next.name };
  return [change({ action: 'renamed', subject: 'phase', ...names, reason: 'same_range', effect: noEffect })];
}

/** The phase's tokens as asked; what stages make of them says the rest. Without stages, its steps. */
function lengthChange(context: PhaseContext, stagesChanged: boolean): readonly Change[] {
  const { old, new: next } = context.phases;
  const asked = old.asked_tokens !== next.asked_tokens;
  // Post-training counts in rows, and says so itself.
  if (!asked && (old.steps === next.steps || stagesChanged || next.tuning !== null)) return [];
  const both = Math.min(old.steps, next.steps);
  return [
    change({
      action: 'changed',
      subject: 'attribute',
      name: asked ? 'tokens' : 'steps',
      phase: next.name,
      unit: asked ? 'tokens' : 'steps',
      old: asked ? old.asked_tokens : old.steps,
      new: asked ? next.asked_tokens : next.steps,
      effect: context.effectAt(old.steps === next.steps ? firstDifferenceOfPhases(old, next, context) : both + 1),
      consequences: changed([
        ...(asked ? [consequence('steps', old.steps, next.steps)] : []),
        consequence('cost_usd', costOf(context.old, old.tokens ?? 0), costOf(context.new, next.tokens ?? 0)),
      ]),
    }),
  ];
}

function optimizerChange(context: PhaseContext): readonly Change[] {
  const sorted = (optimizer: PlanOptimizer) => ({ ...optimizer, decay_exclude: [...optimizer.decay_exclude].sort() });
  const { old, new: next } = context.phases;
  const effect = context.effectAt(1);
  const children = fieldChanges(sorted(old.optimizer), sorted(next.optimizer), {
    rows: { decay_exclude: { unit: 'names' } },
    skip: [],
    effect,
  });
  if (children.length === 0) return [];
  return [change({ action: 'changed', subject: 'optimizer', name: 'optimizer', phase: next.name, effect, children })];
}

function checkpointChange({ phases: { old, new: next } }: PhaseContext): readonly Change[] {
  const children = fieldChanges(old.checkpoint, next.checkpoint, {
    rows: { every_steps: { label: 'every', unit: 'steps' }, keep: { unit: 'count' } },
    skip: [],
    effect: noEffect,
  });
  if (children.length === 0) return [];
  const named = { name: 'checkpoint', phase: next.name, effect: noEffect, children };
  return [change({ action: 'changed', subject: 'checkpoint', ...named })];
}

function stageChanges(context: PhaseContext): PhaseChanges {
  const { old, new: next } = context.phases;
  const { pairs, divided } = alignStages(old.stages, next.stages, context);
  const inBoth = pairs.filter((pair) => pair.old !== null && pair.new !== null);
  const shiftOf = (stage: PlanStage) => {
    const before = next.stages[next.stages.indexOf(stage) - 1];
    const partner = pairs.find((pair) => pair.new === before)?.old ?? null;
    return before === undefined || partner === null ? 0 : before.to_tokens - partner.to_tokens;
  };
  const found = pairs.flatMap((pair) => {
    if (pair.old === null) return [loneStage(pair.new!, 'added', context)];
    if (pair.new === null) return [loneStage(pair.old, 'removed', context)];
    const result = stageChange(pair.old, pair.new, shiftOf(pair.new), context);
    return result === null ? [] : [result];
  });
  const touched = found.filter(({ action }) => action !== 'added' && action !== 'removed').length;
  return {
    changes: [...gatherAttributes(found, inBoth.length), ...divided.map((each) => dividedChange(each, context))],
    unchangedStages: inBoth.length - touched,
  };
}
