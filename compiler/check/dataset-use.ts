import Fraction from 'fraction.js';
import { type RecipeFile, vocabulary } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/data.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { printQuantity } from '../quantity/print-quantity.ts';
import type { RecipeReading } from './index.ts';

/** Every dataset has a share in some stage, of its own or through one derived from it. */
export function datasetsAreUsed(
  { file, datasets, recipe, stageShares }: RecipeReading,
  collector: DiagnosticCollector,
): void {
  if (recipe.incomplete || stageShares.length === 0 || stageShares.includes(null) || mayBeUsedElsewhere(file)) return;
  const used = new Set(stageShares.flatMap((shares) => shares!.map((share) => share.dataset)));
  const sources = new Map(datasets.map(({ name, source }) => [name, source.value]));
  for (const name of used) {
    const source = sources.get(name);
    // A set grows while it is walked: roots of roots are reached, and rings end.
    if (source?.kind === 'dataset') used.add(source.dataset);
  }
  for (const { name, nameSpan } of datasets) {
    if (!used.has(name)) collector.add(diagnose(rows.unusedDataset, nameSpan, { name }));
  }
}

/** A block or a `take` that a later version will read may be what uses a dataset. */
function mayBeUsedElsewhere(file: RecipeFile): boolean {
  return file.items.some((item) => {
    if (item.kind !== 'block') return false;
    const isLater = vocabulary.blockRow(item.keyword.text).availability === 'later';
    return isLater || item.entries.some((entry) => entry.kind === 'take');
  });
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
