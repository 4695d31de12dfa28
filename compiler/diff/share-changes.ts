import Fraction from 'fraction.js';
import type { PlanDataset, PlanSegment, PlanShare, PlanStage } from '../plan/types.ts';
import { align, type Pair } from './align.ts';
import { changed, consequence, epochsOf } from './consequences.ts';
import { change, type PhaseContext } from './diff-context.ts';
import { firstStepWhere } from './run-steps.ts';
import type { Change } from './types.ts';

/** The shares of a stage that changed, by dataset: added, removed, other, or rescaled to make room. */
export function shareChanges(old: PlanStage, next: PlanStage, context: PhaseContext): readonly Change[] {
  const entries = align<SidedShare>(sided('old', old), sided('new', next), [
    ({ side, share }) => context.datasets.keyOf(side, share.dataset),
  ]);
  const different = entries.filter((entry) => entry.old?.share.share !== entry.new?.share.share);
  const scales = commonScales(entries);
  const range = {
    first_step: Math.min(old.first_step, next.first_step),
    last_step: Math.max(old.last_step, next.last_step),
  };
  return different.map((entry) => shareChange(entry, { scales, range }, context));
}

interface SidedShare {
  readonly side: 'old' | 'new';
  readonly share: PlanShare;
}

function sided(side: 'old' | 'new', stage: PlanStage): readonly SidedShare[] {
  return stage.mixture.map((share) => ({ side, share }));
}

interface ShareSurroundings {
  readonly scales: ReadonlySet<string>;
  readonly range: { readonly first_step: number; readonly last_step: number };
}

function shareChange(entry: Pair<SidedShare>, { scales, range }: ShareSurroundings, context: PhaseContext): Change {
  const [old, next] = [entry.old?.share ?? null, entry.new?.share ?? null];
  const datasets = {
    old: datasetOf(context.old.datasets, old) ?? sameDataset(context, next, 'old'),
    new: datasetOf(context.new.datasets, next) ?? sameDataset(context, old, 'new'),
  };
  const from = firstStepWhere(
    context.phases.old,
    context.phases.new,
    range,
    (a, b) => shareIn(a, datasets.old) !== shareIn(b, datasets.new),
  );
  const renamed = old !== null && next !== null && old.dataset !== next.dataset;
  return change({
    action: old === null ? 'added' : next === null ? 'removed' : 'changed',
    subject: 'share',
    name: (next ?? old)!.dataset,
    old_name: renamed ? old.dataset : null,
    unit: 'share',
    old: old?.share ?? null,
    new: next?.share ?? null,
    reason: scales.has(scaleOf(entry)) ? 'rescaled' : 'written',
    effect: context.effectAt(from),
    consequences: changed([
      consequence('tokens', old?.tokens ?? 0, next?.tokens ?? 0),
      epochsOf(datasets.old, datasets.new),
    ]),
  });
}

function datasetOf(datasets: readonly PlanDataset[], share: PlanShare | null): PlanDataset | null {
  return datasets.find(({ name }) => name === share?.dataset) ?? null;
}

/** The dataset of the other side that a share's dataset is; null when that side has none. */
function sameDataset({ datasets }: PhaseContext, share: PlanShare | null, side: 'old' | 'new'): PlanDataset | null {
  const other = side === 'old' ? 'new' : 'old';
  return datasets.pairs.find((pair) => pair[other]?.name === share?.dataset)?.[side] ?? null;
}

function shareIn(segment: PlanSegment | null, dataset: PlanDataset | null): string | null {
  return segment?.shares.find(({ dataset_id }) => dataset_id === dataset?.id)?.share ?? null;
}

/**
 * Factors that several changed shares have in common: they kept their proportions when something else changed. Where a
 * dataset came or went, one that stayed is enough.
 */
function commonScales(entries: readonly Pair<SidedShare>[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const scales = entries.map(scaleOf);
  for (const scale of scales.filter((each) => each !== '')) counts.set(scale, (counts.get(scale) ?? 0) + 1);
  const alone = scales.includes('') && counts.size === 1;
  return new Set([...counts].filter(([scale, count]) => scale !== '1' && (alone || count > 1)).map(([scale]) => scale));
}

/** New over old share, exact; '' for one that came or went. */
function scaleOf({ old, new: next }: Pair<SidedShare>): string {
  return old === null || next === null
    ? ''
    : new Fraction(next.share.share).div(new Fraction(old.share.share)).toFraction();
}
