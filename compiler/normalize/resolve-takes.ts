import Fraction from 'fraction.js';
import type { Take } from '../../grammar/index.ts';
import { fractionOf } from '../bind/evaluate-quantity.ts';
import { namesOfKind } from '../bind/names-of-kind.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import * as rows from '../diagnostics/catalogue/data.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { printCount, printPercent } from '../quantity/print-quantity.ts';
import { blockWords, type OpenBlock } from './open-block.ts';
import type { ResolvedTake } from './types.ts';

export interface TakeScope {
  readonly collector: DiagnosticCollector;
  readonly kinds: ReadonlyMap<string, string>;
  readonly incomplete: boolean;
}

/** The takes of a dataset; null when one is wrong (a diagnostic says why). Their rows are not known yet. */
export function readTakes(block: OpenBlock, scope: TakeScope): readonly ResolvedTake[] | null {
  const first = new Map<string, Take>();
  const takes = block.takes.map((take) => {
    const dataset = takenDataset(take, scope);
    const amount = takenAmount(take, scope.collector);
    const name = takeTarget(take);
    const earlier = first.get(name);
    if (earlier) {
      const related = [{ span: earlier.target.span, label: 'first taken here' }];
      const data = { dataset: name, block: blockWords(block) };
      scope.collector.add(diagnose(rows.takenTwice, take.target.span, data, { related }));
      return null;
    }
    first.set(name, take);
    return dataset === null || amount === null ? null : { dataset, amount, rows: null, span: take.span };
  });
  return takes.includes(null) ? null : (takes as ResolvedTake[]);
}

/** The dataset that a take names. */
export function takeTarget(take: Take): string {
  return take.target.path.map((part) => part.text).join('.');
}

function takenDataset(take: Take, { collector, kinds, incomplete }: TakeScope): string | null {
  const name = takeTarget(take);
  const kind = kinds.get(name);
  if (kind === 'dataset') return name;
  if (kind !== undefined) {
    collector.add(diagnose(names.wrongKind, take.target.span, { name, is: kind, wanted: 'a dataset' }));
  } else if (!incomplete) {
    const near = proposeNames(name, namesOfKind(kinds, 'dataset'));
    const data = { name, wanted: 'a dataset', near };
    const fix = replaceNameFix(take.target.span, near);
    collector.add(diagnose(names.unknownName, take.target.span, data, { fix }));
  }
  return null;
}

const mostRows = new Fraction(Number.MAX_SAFE_INTEGER);

function takenAmount({ amount }: Take, collector: DiagnosticCollector): ResolvedTake['amount'] | null {
  if (amount.kind === 'all') return { unit: 'all' };
  if (amount.kind === 'percent') {
    const part = fractionOf(amount.number).div(100);
    if (part.gt(0) && part.lte(1)) return { unit: 'part', amount: part };
    collector.add(diagnose(rows.takeAmount, amount.span, { written: printPercent(part) }));
    return null;
  }
  const count = fractionOf(amount);
  if (count.d === 1n && count.gt(0) && count.lte(mostRows)) return { unit: 'rows', amount: count.valueOf() };
  collector.add(diagnose(rows.takeAmount, amount.span, { written: printCount(count) }));
  return null;
}
