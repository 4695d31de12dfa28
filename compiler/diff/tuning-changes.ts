import type { PlanPhase, PlanTuning } from '../plan/types.ts';
import { align } from './align.ts';
import { changed, consequence } from './consequences.ts';
import { change, type PhaseContext } from './diff-context.ts';
import { noEffect, worstEffect } from './effect.ts';
import { type FieldRow, fieldChanges } from './field-changes.ts';
import type { Change, ChangeEffect } from './types.ts';

const rows: Readonly<Record<string, FieldRow>> = {
  sequence: { unit: 'count' },
  batch_sequences: { label: 'batch', unit: 'count' },
  max_prompt: { unit: 'count' },
  max_untrained: { unit: 'share', effect: noEffect },
  reference: { effect: noEffect },
};

/** What changed in post-training: its data and how it reads it, its rows and epochs, with the steps that follow. */
export function tuningChanges(context: PhaseContext): readonly Change[] {
  const { old, new: next } = context.phases;
  if (old.tuning === null || next.tuning === null) return [];
  const length = old.steps === next.steps ? null : Math.min(old.steps, next.steps) + 1;
  const fields = withNormalisationWarning(
    fieldChanges(old.tuning, next.tuning, { rows, skip: ['data'], effect: context.effectAt(1) }),
    next,
  );
  const edits = [...dataChanges(old.tuning, next.tuning, context), ...fields];
  const children = [...edits, ...lengthChanges(context, context.effectAt(length))];
  if (children.length === 0 && length === null) return [];
  return [
    change({
      action: 'changed',
      subject: 'phase',
      name: next.name,
      phase: next.name,
      reason: children.every(({ reason }) => reason === 'follows') ? 'follows' : 'written',
      effect: worstEffect([context.effectAt(length), ...children.map(({ effect }) => effect)]),
      consequences: changed([consequence('steps', old.steps, next.steps)]),
      children,
    }),
  ];
}

/**
 * Sums of log-likelihoods are about as many times their means as an answer has tokens, and `beta` multiplies them: a change of one
 * without the other is a change of how strongly preferences count (TRL issue 789).
 */
function withNormalisationWarning(fields: readonly Change[], { name, tuning }: PlanPhase): readonly Change[] {
  if (fields.some((each) => each.name === 'beta')) return fields;
  const warning = `\`length_normalised\` of \`${name}\` changes and \`beta\` stays ${tuning!.beta}: a sum of log-likelihoods is about as many times their mean as an answer has tokens, so the same \`beta\` weighs preferences otherwise`;
  return fields.map((each) => (each.name === 'length_normalised' ? { ...each, warning } : each));
}

/** Rows follow from the datasets; epochs are written. Both only lengthen or shorten the phase. */
function lengthChanges({ phases }: PhaseContext, effect: ChangeEffect): readonly Change[] {
  const { old, new: next } = phases;
  const fields = fieldChanges(
    { rows: old.rows, epochs: old.epochs },
    { rows: next.rows, epochs: next.epochs },
    { rows: { rows: { unit: 'rows' }, epochs: { unit: 'epochs' } }, skip: [], effect },
  );
  return fields.map((each) => (each.name === 'rows' ? { ...each, reason: 'follows' as const } : each));
}

/** Datasets that came, went, or have another share of the rows. */
function dataChanges(old: PlanTuning, next: PlanTuning, context: PhaseContext): readonly Change[] {
  const sided = (side: 'old' | 'new', { data }: PlanTuning) => data.map((share) => ({ side, share }));
  const pairs = align(sided('old', old), sided('new', next), [
    ({ side, share }) => context.datasets.keyOf(side, share.dataset),
  ]);
  return pairs.flatMap((pair) => {
    const [before, after] = [pair.old?.share ?? null, pair.new?.share ?? null];
    if (before?.share === after?.share) return [];
    const name = (after ?? before)!.dataset;
    const renamed = before !== null && after !== null && before.dataset !== name;
    return [
      change({
        action: before === null ? 'added' : after === null ? 'removed' : 'changed',
        subject: 'share',
        name,
        old_name: renamed ? before.dataset : null,
        unit: 'share',
        old: before?.share ?? null,
        new: after?.share ?? null,
        effect: context.effectAt(1),
      }),
    ];
  });
}
