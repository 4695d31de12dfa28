import { ablationChanges } from './ablation-changes.ts';
import { changed, consequence } from './consequences.ts';
import { change, type DiffContext } from './diff-context.ts';
import { effectFrom, newRun, noEffect, worstEffect } from './effect.ts';
import { evaluationChanges } from './evaluation-changes.ts';
import { type FieldRow, fieldChanges, sameJson } from './field-changes.ts';
import { firstStepWhere, stepsBefore } from './run-steps.ts';
import type { Change, ChangeEffect, ChangeSubject } from './types.ts';

/** What changed outside of datasets and phases: name, seed, tokenizer, and how the recipe was compiled. */
export function recipeChanges(context: DiffContext): readonly Change[] {
  const { old, new: next } = context;
  const simple = (subject: ChangeSubject, name: string, part: Partial<Change>, effect: ChangeEffect) =>
    sameJson(part.old, part.new) ? [] : [change({ action: 'changed', subject, name, effect, ...part })];
  const tokenizers = { unit: 'source', old: { ...old.tokenizer }, new: { ...next.tokenizer } } as const;
  return [
    ...(old.recipe === next.recipe
      ? []
      : [
          change({
            action: 'renamed',
            subject: 'recipe',
            name: next.recipe,
            old_name: old.recipe,
            reason: 'same_source',
            effect: noEffect,
          }),
        ]),
    ...simple('setting', 'profile', { old: old.profile, new: next.profile, reason: 'same_source' }, noEffect),
    ...simple(
      'setting',
      'set',
      { unit: 'names', old: old.settings, new: next.settings, reason: 'same_source' },
      noEffect,
    ),
    ...simple(
      'attribute',
      'seed',
      { unit: 'number', old: old.seed, new: next.seed },
      effectFrom(1, old, context.position),
    ),
    ...simple('tokenizer', 'tokenizer', tokenizers, newRun),
  ];
}

/** What changed in the model; null when nothing did. */
export function modelChange(context: DiffContext): Change | null {
  const { old, new: next, position } = context;
  const at = (step: number | null) => effectFrom(step, old, position);
  const rows: Readonly<Record<string, FieldRow>> = {
    ...Object.fromEntries(
      ['layers', 'hidden', 'ffn', 'heads', 'kv_heads', 'vocab'].map((name) => [name, { unit: 'count' } as const]),
    ),
    context: { unit: 'count', effect: at(contextStep(context)) },
    rope_theta: { unit: 'count', effect: at(ropeStep(context)) },
    init_std: { effect: at(1) },
  };
  const children = fieldChanges(old.model, next.model, { rows, skip: ['parameters', 'head_size'], effect: newRun });
  if (children.length === 0) return null;
  return change({
    action: 'changed',
    subject: 'model',
    name: 'model',
    effect: worstEffect(children.map(({ effect }) => effect)),
    consequences: changed([
      consequence('parameters', old.model.parameters, next.model.parameters),
      consequence('checkpoint_bytes', old.totals.checkpoint_bytes, next.totals.checkpoint_bytes),
    ]),
    children,
  });
}

/** A context bounds sequences: it shows where one is longer than the smaller context, or else in the finished model. */
function contextStep(context: DiffContext): number | null {
  const { old, new: next } = context;
  if (old.model.context === next.model.context) return null;
  const smaller = Math.min(old.model.context, next.model.context);
  const longer = (segment: { readonly sequence: number } | null) => segment !== null && segment.sequence > smaller;
  return firstInPhases(context, (a, b) => longer(a) || longer(b));
}

function ropeStep(context: DiffContext): number {
  return firstInPhases(context, (a, b) => a?.rope_theta !== b?.rope_theta);
}

/** First step of the run in which two plans differ so; the step after the last when they never do. */
function firstInPhases({ old, new: next }: DiffContext, differs: Parameters<typeof firstStepWhere>[3]): number {
  for (const [i, phase] of old.phases.entries()) {
    const other = next.phases[i] ?? null;
    const last_step = Math.max(phase.steps, other?.steps ?? 0);
    const step = firstStepWhere(phase, other, { first_step: 1, last_step }, differs);
    if (step !== null) return stepsBefore(old, i) + step;
  }
  return stepsBefore(old, old.phases.length) + 1;
}

/** Clusters, evaluations and ablations stand beside the training: what changes in them changes no step of it. */
export function besideTraining(context: DiffContext): readonly Change[] {
  return [...clusterChanges(context), ...evaluationChanges(context), ...ablationChanges(context)];
}

/** The machines that cost and memory are estimated for. */
function clusterChanges({ old, new: next }: DiffContext): readonly Change[] {
  const [a, b] = [old, next].map((plan) => (plan as { readonly cluster?: object | null }).cluster ?? null);
  if (!a && !b) return [];
  const name = String(((b ?? a) as { readonly name?: unknown }).name);
  if (!a || !b) {
    return [change({ action: a ? 'removed' : 'added', subject: 'cluster', name, effect: noEffect })];
  }
  const children = fieldChanges(a, b, { rows: {}, skip: ['gpu_peak_flops', 'gpu_bytes', 'gpus'], effect: noEffect });
  if (children.length === 0) return [];
  return [change({ action: 'changed', subject: 'cluster', name, effect: noEffect, children })];
}
