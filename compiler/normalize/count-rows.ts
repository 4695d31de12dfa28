import Fraction from 'fraction.js';
import * as rows from '../diagnostics/catalogue/data.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { printCount } from '../quantity/print-quantity.ts';
import type { ResolvedDataset, ResolvedTake } from './types.ts';

/** Where the number of rows of a dataset of takes comes from. */
const sumOrigin = { from: 'default', source: 'the sum of its takes' } as const;

/**
 * Fills in the rows of every take and of every dataset of takes, as far as sizes are known; a set that steps thin out has an
 * unknown size. Taking more rows than there are is an error. Datasets must be without rings.
 */
export function countRows(
  datasets: readonly ResolvedDataset[],
  collector: DiagnosticCollector,
): readonly ResolvedDataset[] {
  const byName = new Map(datasets.map((dataset) => [dataset.name, dataset]));
  const counted = new Map<string, ResolvedDataset>();
  const count = (dataset: ResolvedDataset): ResolvedDataset => {
    const known = counted.get(dataset.name);
    if (known) return known;
    // Set before the walk, so that a ring (which has an error of its own) ends.
    counted.set(dataset.name, dataset);
    const result = withRows(dataset, (name) => {
      const source = byName.get(name);
      return source ? trainedRows(count(source)) : null;
    });
    counted.set(dataset.name, result);
    if (result.source.value.kind === 'takes')
      checkTakes(result.source.value.takes, trainedRowsOf(byName, counted), collector);
    return result;
  };
  return datasets.map(count);
}

function trainedRowsOf(byName: ReadonlyMap<string, ResolvedDataset>, counted: ReadonlyMap<string, ResolvedDataset>) {
  return (name: string): number | null => {
    const source = counted.get(name) ?? byName.get(name);
    return source ? trainedRows(source) : null;
  };
}

/** Rows that can be taken: those held out cannot. */
function trainedRows({ sizeRows, holdoutRows }: ResolvedDataset): number | null {
  return sizeRows && Math.max(0, sizeRows.value - holdoutRows.value);
}

function withRows(dataset: ResolvedDataset, rowsOf: (name: string) => number | null): ResolvedDataset {
  const { source, sizeRows, sizeTokens, steps } = dataset;
  if (source.value.kind !== 'takes') return dataset;
  const takes = source.value.takes.map((take) => ({ ...take, rows: takenRows(take, rowsOf(take.dataset)) }));
  const sum = takes.reduce<number | null>(
    (total, take) => (total === null || take.rows === null ? null : total + take.rows),
    0,
  );
  const isStated = sizeRows !== null || sizeTokens !== null || steps.length > 0;
  return {
    ...dataset,
    source: { ...source, value: { kind: 'takes', takes } },
    sizeRows: isStated || sum === null ? sizeRows : { value: sum, origin: sumOrigin },
  };
}

/** A part is of the rows there are, rounded down. */
function takenRows({ amount }: ResolvedTake, available: number | null): number | null {
  if (amount.unit === 'rows') return amount.amount;
  if (available === null || amount.unit === 'all') return available;
  return Number(amount.amount.mul(available).floor().valueOf());
}

function checkTakes(
  takes: readonly ResolvedTake[],
  rowsOf: (name: string) => number | null,
  collector: DiagnosticCollector,
): void {
  for (const { dataset, amount, span } of takes) {
    const available = rowsOf(dataset);
    if (amount.unit !== 'rows' || available === null || amount.amount <= available) continue;
    const data = { dataset, taken: countText(amount.amount), available: countText(available) };
    collector.add(diagnose(rows.takesTooMany, span, data));
  }
}

function countText(value: number): string {
  return printCount(new Fraction(value));
}
