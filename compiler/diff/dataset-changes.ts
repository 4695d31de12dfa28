import { stepText } from '../plan/step-text.ts';
import type { PlanDataset, PlanSegment } from '../plan/types.ts';
import { align } from './align.ts';
import { change, type DiffContext } from './diff-context.ts';
import { effectFrom, noEffect, worstEffect } from './effect.ts';
import { type FieldRow, fieldChanges } from './field-changes.ts';
import { firstStepWhere, stepsBefore } from './run-steps.ts';
import type { Change, ChangeEffect } from './types.ts';

const rows: Readonly<Record<string, FieldRow>> = {
  domain: { effect: noEffect },
  source: { unit: 'source' },
  steps: { unit: 'names' },
  size_tokens: { label: 'size', unit: 'tokens', effect: noEffect },
  size_rows: { label: 'size', unit: 'rows', effect: noEffect },
  holdout_rows: { label: 'holdout', unit: 'rows' },
  max_malformed: { unit: 'share', effect: noEffect },
  epoch_limit: { label: 'repeat', unit: 'epochs', effect: noEffect },
  on_exhaustion: { unit: 'text', effect: noEffect },
  exhausted_at_tokens: { label: 'runs out at', unit: 'tokens' },
};

/** What follows from shares and sizes, and what identity says already. */
const derived = [
  // The format's column.
  'text_column',
  'name',
  'id',
  'planned_tokens',
  'epochs',
  'epoch_limit_at_tokens',
  'first_exhausted_at_tokens',
];

/** Datasets that are renamed, or yield something else, or say something else; those that came or went and are not read. */
export function datasetChanges(context: DiffContext): readonly Change[] {
  return context.datasets.pairs.flatMap(({ old, new: next }) => {
    if (old !== null && next !== null) return pairChanges(old, next, context);
    const dataset = (old ?? next)!;
    // What is read has a share somewhere, and that line says it.
    if (isRead(dataset, context)) return [];
    const action = old === null ? 'added' : 'removed';
    const source = { ...dataset.source };
    const sides = old === null ? { new: source } : { old: source };
    return [change({ action, subject: 'dataset', name: dataset.name, unit: 'source', ...sides, effect: noEffect })];
  });
}

/** Steps are shown as a recipe writes them. */
function withStepTexts({ steps, ...dataset }: PlanDataset): object {
  return { ...dataset, steps: steps.map((step) => stepText(step)) };
}

function isRead({ name }: PlanDataset, { old, new: next }: DiffContext): boolean {
  return [...old.phases, ...next.phases].some(
    ({ stages, tuning }) =>
      stages.some(({ mixture }) => mixture.some(({ dataset }) => dataset === name)) ||
      tuning?.data.some(({ dataset }) => dataset === name),
  );
}

function pairChanges(old: PlanDataset, next: PlanDataset, context: DiffContext): readonly Change[] {
  // Of one identity, sources and steps differ in the names of other things at most.
  const same = old.id === next.id;
  const sameEnd = old.exhausted_at_tokens === next.exhausted_at_tokens;
  const endEffect = sameEnd ? noEffect : readEffect(old.id, next.id, context, true);
  const children = fieldChanges(withStepTexts(old), withStepTexts(next), {
    rows: { ...rows, exhausted_at_tokens: { ...rows.exhausted_at_tokens, effect: endEffect } },
    skip: [...derived, ...(same ? ['source', 'steps'] : []), ...(next.source.kind === 'takes' ? ['size_rows'] : [])],
    effect: same ? noEffect : readEffect(old.id, next.id, context),
  });
  const renamed = old.name !== next.name;
  const moved = !same && children.every(({ effect }) => effect === noEffect);
  if (!renamed && children.length === 0 && !moved) return [];
  const onlyRenamed = renamed && children.length === 0;
  return [
    change({
      action: onlyRenamed ? 'renamed' : 'changed',
      subject: 'dataset',
      name: next.name,
      old_name: renamed ? old.name : null,
      reason: onlyRenamed ? 'same_source' : moved ? 'follows' : 'written',
      effect: moved ? readEffect(old.id, next.id, context) : worstEffect(children.map(({ effect }) => effect)),
      children,
    }),
  ];
}

/** From the first step on that reads the dataset on either side; with `otherwise`, that has another share of it. */
function readEffect(oldId: string, newId: string, context: DiffContext, otherwise = false): ChangeEffect {
  const phases = align(context.old.phases, context.new.phases, [({ kind, name }) => `${kind} ${name}`]);
  const steps = phases.flatMap(({ old, new: next }) => {
    const last_step = Math.max(old?.steps ?? 0, next?.steps ?? 0);
    const tuned = [old, next].some((phase) =>
      phase?.tuning?.data.some(({ dataset_id }) => dataset_id === oldId || dataset_id === newId),
    );
    const step =
      tuned && !otherwise
        ? 1
        : firstStepWhere(old, next, { first_step: 1, last_step }, (a, b) => {
            const [before, after] = [shareIn(a, oldId), shareIn(b, newId)];
            return otherwise ? before !== after : before !== null || after !== null;
          });
    if (step === null) return [];
    const [plan, phase] = old === null ? [context.new, next!] : [context.old, old];
    return [stepsBefore(plan, plan.phases.indexOf(phase)) + step];
  });
  return effectFrom(steps.length === 0 ? null : Math.min(...steps), context.old, context.position);
}

function shareIn(segment: PlanSegment | null, id: string): string | null {
  return segment?.shares.find(({ dataset_id }) => dataset_id === id)?.share ?? null;
}
