import type { Plan } from '../plan/types.ts';
import { classifierChanges } from './classifier-changes.ts';
import { totalsOf } from './consequences.ts';
import { datasetChanges } from './dataset-changes.ts';
import { matchDatasets } from './dataset-match.ts';
import { diagnosticChanges } from './diagnostic-changes.ts';
import { change, type DiffContext } from './diff-context.ts';
import { effectFrom, newRun } from './effect.ts';
import { firstDifferentStep, needsNewRun } from './first-different-step.ts';
import { phaseChanges } from './phase-changes.ts';
import { besideTraining, modelChange, recipeChanges } from './recipe-changes.ts';
import { tokensAfter } from './run-steps.ts';
import type { Change, ChangeEffect, DiffSide, PlanDiff } from './types.ts';

export interface DiffOptions {
  /** Steps that a run of the old plan has done, over all phases; null when there is no run. */
  readonly step?: number | null;
}

/**
 * The difference of two plans, aligned by what things are: datasets by what they yield, stages by name and range, phases by
 * kind and order. Names, order, formatting and how stages are cut change nothing. The effect of the whole is computed from
 * the two plans step by step, not gathered from the changes.
 */
export function diffPlans(old: Plan, next: Plan, { step = null }: DiffOptions = {}): PlanDiff {
  const position = step === null ? null : { step, tokens: tokensAfter(old, step) };
  const context: DiffContext = { old, new: next, position, datasets: matchDatasets(old, next) };
  const phases = phaseChanges(context);
  const model = modelChange(context);
  const found = [
    ...recipeChanges(context),
    ...(model === null ? [] : [model]),
    ...phases.changes,
    ...datasetChanges(context),
    ...classifierChanges(context),
    ...besideTraining(context),
  ];
  const effect = needsNewRun(old, next) ? newRun : effectFrom(firstDifferentStep(old, next), old, position);
  const changes = [...found, ...unexplained(effect, found)];
  return {
    diff_version: 1,
    old: sideOf(old),
    new: sideOf(next),
    position,
    effect,
    meaning_changed: effect.class !== 'no_effect' || old.hash !== next.hash || changes.some(isBesideTraining),
    changes,
    totals: totalsOf(old, next),
    diagnostics: diagnosticChanges(context, changes),
    counts: {
      changes: changes.reduce((sum, each) => sum + countWritten(each), 0),
      unchanged_stages: phases.unchangedStages,
      unchanged_datasets: unchangedDatasets(context, changes),
    },
  };
}

/** Steps that differ from where no change begins: something that has no line of its own is still said. */
function unexplained(effect: ChangeEffect, changes: readonly Change[]): readonly Change[] {
  if (effect.from_step === null || changes.some((each) => each.effect.from_step === effect.from_step)) return [];
  return [change({ action: 'changed', subject: 'phase', name: 'steps', effect })];
}

function sideOf({ recipe, profile, hash }: Plan): DiffSide {
  return { recipe, profile, hash };
}

function isBesideTraining({ subject, reason }: Change): boolean {
  return reason === 'written' && (subject === 'evaluation' || subject === 'ablation');
}

/** Edits in a change: its lines that somebody wrote, at least one where it is no consequence itself. */
function countWritten({ reason, old_name, children }: Change): number {
  if (reason === 'follows') return 0;
  const written = children.filter((child) => child.reason === 'written').length;
  return Math.max(1, written + (children.length > 0 && old_name !== null ? 1 : 0));
}

function unchangedDatasets({ datasets }: DiffContext, changes: readonly Change[]): number {
  const touched = new Set(changes.filter(({ subject }) => subject === 'dataset').map(({ name }) => name));
  return datasets.pairs.filter((pair) => pair.old !== null && pair.new !== null && !touched.has(pair.new.name)).length;
}
