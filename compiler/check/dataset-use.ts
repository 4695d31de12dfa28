import Fraction from 'fraction.js';
import * as rows from '../diagnostics/catalogue/data.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { comparedDatasets } from '../normalize/compared-datasets.ts';
import type { OpenBlock } from '../normalize/open-block.ts';
import { sourceParents } from '../normalize/source-parents.ts';
import type { ResolvedClassifier, ResolvedDataset } from '../normalize/types.ts';
import { printQuantity } from '../quantity/print-quantity.ts';
import type { RecipeReading } from './index.ts';

/** Every dataset has a share in some stage, of its own or through one derived from it. */
export function datasetsAreUsed(
  { file, datasets, classifiers, recipe, stageShares: shareLists, tuning, ablations }: RecipeReading,
  collector: DiagnosticCollector,
): void {
  const stageShares = shareLists.flat();
  const isUnsure =
    stageShares.includes(null) || tuning.some(({ data }) => data === null) || lacksDatasets(recipe, datasets);
  if (recipe.incomplete || stageShares.length === 0 || isUnsure) return;
  const used = new Set(stageShares.flatMap((shares) => shares!.map((share) => share.dataset)));
  const arms = ablations.flatMap((each) => each?.arms ?? []);
  if (ablations.includes(null)) return;
  for (const arm of arms) if (arm.kind === 'pretrain') for (const { dataset } of arm.shares ?? []) used.add(dataset);
  for (const { data } of [...tuning, ...arms.flatMap((arm) => (arm.kind === 'tuning' ? [arm.phase] : []))]) {
    if (data?.kind === 'dataset') used.add(data.dataset);
    else for (const { dataset } of data?.shares ?? []) used.add(dataset);
  }
  const parents = parentsByName(datasets, classifiers);
  // A set grows while it is walked: roots of roots are reached, and rings end.
  for (const name of used) for (const parent of parents.get(name) ?? []) used.add(parent);
  for (const { name, nameSpan } of datasets) {
    // What is inherited, or part of what is used, is silent.
    const isOwn = nameSpan.file === file.span.file;
    if (isOwn && !used.has(name) && !isMadeOfItself(name, parents))
      collector.add(diagnose(rows.unusedDataset, nameSpan, { name }));
  }
}

/** A dataset with a mistake is not among those that were read, and may be what uses others. */
function lacksDatasets(recipe: OpenBlock, datasets: readonly ResolvedDataset[]): boolean {
  return recipe.children.filter(({ keyword }) => keyword === 'dataset').length !== datasets.length;
}

/** A ring has an error of its own. */
function isMadeOfItself(name: string, parents: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set([name]);
  for (const each of seen) {
    const own = parents.get(each) ?? [];
    if (own.includes(name)) return true;
    for (const parent of own) seen.add(parent);
  }
  return false;
}

/** What each dataset is made of: its source's datasets, what its rows are compared with, annotations of what scores them. */
function parentsByName(
  datasets: readonly ResolvedDataset[],
  classifiers: readonly ResolvedClassifier[],
): ReadonlyMap<string, readonly string[]> {
  const annotated = new Map(classifiers.map(({ name, annotations }) => [name, annotations ? [annotations.value] : []]));
  const scored = ({ steps }: ResolvedDataset) =>
    steps.flatMap((step) => {
      const isOwn = step.kind === 'score' && step.by.kind === 'classifier';
      return isOwn ? (annotated.get(step.by.classifier) ?? []) : [];
    });
  return new Map(
    datasets.map((dataset) => [
      dataset.name,
      [...sourceParents(dataset.source.value), ...scored(dataset), ...comparedDatasets(dataset.steps)],
    ]),
  );
}

/** Something is left to train on after the held-out rows, where the number of rows is stated. */
export function holdoutsLeaveRows({ datasets }: RecipeReading, collector: DiagnosticCollector): void {
  for (const { name, nameSpan, holdoutRows, sizeRows } of datasets) {
    if (sizeRows === null || holdoutRows.value < sizeRows.value) continue;
    const rowsOf = (amount: number) => printQuantity({ amount: new Fraction(amount), dimension: 'rows' });
    const data = { name, holdout: rowsOf(holdoutRows.value), size: rowsOf(sizeRows.value) };
    collector.add(diagnose(rows.holdoutTakesAll, nameSpan, data));
  }
}
