import type { PlanStage } from '../plan/types.ts';
import { type DividedStages, STAGE_PLACE } from './align-stages.ts';
import { changed, consequence, costOf } from './consequences.ts';
import { change, type PhaseContext } from './diff-context.ts';
import { noEffect, worstEffect } from './effect.ts';
import { type FieldRow, fieldChanges } from './field-changes.ts';
import { sameSettings } from './first-different-step.ts';
import { firstStepWhere, type StepRange } from './run-steps.ts';
import { shareChanges } from './share-changes.ts';
import type { Change, Consequence } from './types.ts';

const rows: Readonly<Record<string, FieldRow>> = {
  sequence: { unit: 'count' },
  rope_theta: { unit: 'count' },
  ramp_steps: { label: 'ramp', unit: 'steps' },
};

/** Shown as a range or a batch, or counted. */
const skip = [...STAGE_PLACE, 'batch_sequences', 'mixture'];

/** A stage that came or went. */
export function loneStage(stage: PlanStage, action: 'added' | 'removed', context: PhaseContext): Change {
  const sides = action === 'added' ? { new: rangeOf(stage) } : { old: rangeOf(stage) };
  const [old, next] = action === 'added' ? [null, stage] : [stage, null];
  return change({
    action,
    subject: 'stage',
    name: stage.name,
    phase: context.phases.new.name,
    unit: 'range',
    ...sides,
    effect: context.effectAt(firstChangeIn(stage, context)),
    consequences: sizeConsequences(old, next, context),
  });
}

/** Stages that are cut otherwise. */
export function dividedChange({ old, new: next }: DividedStages, context: PhaseContext): Change {
  return change({
    action: 'divided',
    subject: 'stages',
    name: next.map(({ name }) => name).join(', '),
    phase: context.phases.new.name,
    unit: 'names',
    old: old.map(({ name }) => name),
    new: next.map(({ name }) => name),
    reason: 'same_steps',
    effect: noEffect,
  });
}

/** What changed in a stage that both plans have; null when nothing did. `shiftedBy` is how far its predecessor's end moved. */
export function stageChange(old: PlanStage, next: PlanStage, shiftedBy: number, context: PhaseContext): Change | null {
  const range = rangeChange(old, next, shiftedBy, context);
  const settings = settingChanges(old, next, context);
  const children = [...(range === null ? [] : [range]), ...settings, ...shareChanges(old, next, context)];
  const renamed = old.name !== next.name;
  if (children.length === 0 && !renamed) return null;
  const onlyRenamed = renamed && children.length === 0;
  const moved = children.length === 1 && range?.action === 'moved';
  return change({
    action: onlyRenamed ? 'renamed' : moved ? 'moved' : 'changed',
    subject: 'stage',
    name: next.name,
    old_name: renamed ? old.name : null,
    phase: context.phases.new.name,
    unit: 'range',
    old: rangeOf(old),
    new: rangeOf(next),
    reason: onlyRenamed ? 'same_range' : children.every(({ reason }) => reason === 'follows') ? 'follows' : 'written',
    effect: worstEffect(children.map(({ effect }) => effect)),
    consequences: range === null ? sizeConsequences(old, next, context) : [],
    children,
  });
}

function rangeChange(old: PlanStage, next: PlanStage, shiftedBy: number, context: PhaseContext): Change | null {
  const [from, to] = [next.from_tokens - old.from_tokens, next.to_tokens - old.to_tokens];
  if (from === 0 && to === 0) return null;
  const { old: before, new: after } = context.phases;
  // A stage that ends with the phase ends where it does.
  const isLast = old.to_tokens === before.asked_tokens && next.to_tokens === after.asked_tokens;
  const follows = from === shiftedBy && (to === 0 || to === from || isLast);
  return change({
    action: from === to ? 'moved' : 'changed',
    subject: 'attribute',
    name: 'range',
    unit: 'range',
    old: rangeOf(old),
    new: rangeOf(next),
    reason: follows ? 'follows' : 'written',
    effect: context.effectAt(firstChangeIn(both(old, next), context)),
    consequences: sizeConsequences(old, next, context),
  });
}

function settingChanges(old: PlanStage, next: PlanStage, context: PhaseContext): readonly Change[] {
  const from = (name: string) => {
    const value = (segment: object | null) => (segment as Record<string, unknown> | null)?.[name];
    return firstStepWhere(context.phases.old, context.phases.new, both(old, next), (a, b) => value(a) !== value(b));
  };
  const fields = fieldChanges(old, next, { rows, skip, effect: noEffect }).map((each) =>
    each.name in old && each.name in (context.phases.old.segments[0] ?? {})
      ? { ...each, effect: context.effectAt(from(each.name)) }
      : { ...each, effect: context.effectAt(firstChangeIn(both(old, next), context)) },
  );
  const [before, after] = [stepTokens(old), stepTokens(next)];
  if (before === after) return fields;
  const batch = change({
    action: 'changed',
    subject: 'attribute',
    name: 'batch',
    unit: 'tokens',
    old: before,
    new: after,
    reason: old.batch_sequences === next.batch_sequences ? 'follows' : 'written',
    effect: context.effectAt(firstChangeIn(both(old, next), context)),
  });
  return [...fields, batch];
}

function firstChangeIn(range: StepRange, { phases }: PhaseContext): number | null {
  return firstStepWhere(phases.old, phases.new, range, (a, b) => !sameSettings(a, b));
}

function both(old: PlanStage, next: PlanStage): StepRange {
  return {
    first_step: Math.min(old.first_step, next.first_step),
    last_step: Math.max(old.last_step, next.last_step),
  };
}

function stepTokens({ sequence, batch_sequences }: PlanStage): number {
  return sequence * batch_sequences;
}

function rangeOf({ from_tokens, to_tokens }: PlanStage): { readonly from_tokens: number; readonly to_tokens: number } {
  return { from_tokens, to_tokens };
}

/** Tokens as asked, so that rounding to whole steps is no change; steps and money as run. */
function sizeConsequences(
  old: PlanStage | null,
  next: PlanStage | null,
  context: PhaseContext,
): readonly Consequence[] {
  const asked = (stage: PlanStage | null) => (stage === null ? 0 : stage.to_tokens - stage.from_tokens);
  const [before, after] = [asked(old), asked(next)];
  const size = [consequence('tokens', before, after), consequence('steps', old?.steps ?? 0, next?.steps ?? 0)];
  if (before === after) return changed(size);
  return changed([...size, consequence('cost_usd', costOf(context.old, before), costOf(context.new, after))]);
}
