import type Fraction from 'fraction.js';
import * as rows from '../diagnostics/catalogue/shares.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Fix } from '../diagnostics/types.ts';
import { printExact, printPercent } from '../quantity/print-quantity.ts';
import { type ShareGroup, targetName, total, writtenPart } from './group-shares.ts';

/** Shares without `%`: shows every one, says what they add up to, and offers the reading that fits the sum. */
export function reportBareShares(group: ShareGroup, collector: DiagnosticCollector): void {
  const bare = group.shares.filter((share) => share.amount.kind === 'number');
  const sum = total(group.shares);
  const isAllBare = bare.length === group.shares.length;
  const reading = isAllBare ? readingOf(sum) : null;
  const [first, ...others] = bare;
  const data = {
    group: group.words,
    shares: bare.map((share) => `${printExact(writtenPart(share)!)} ${targetName(share)}`).join(', '),
    sum: isAllBare ? `${printExact(sum)}, or ${printPercent(sum)} if they are fractions of 1` : printPercent(sum),
    reading,
  };
  const related = others.map((share) => ({ span: share.amount.span, label: '' }));
  const fix = reading && withPercentSigns(group, reading === 'fractions' ? 100 : 1);
  collector.add(diagnose(rows.bareShares, first!.amount.span, data, { related, fix }));
}

function readingOf(sum: Fraction): 'fractions' | 'percentages' | null {
  if (sum.equals(1)) return 'fractions';
  return sum.equals(100) ? 'percentages' : null;
}

/** The numbers fit one reading exactly, but it is still a reading: the fix is not safe. */
function withPercentSigns(group: ShareGroup, factor: number): Fix {
  const edits = group.shares.map((share) => ({
    span: share.amount.span,
    text: printPercent(writtenPart(share)!.mul(factor).div(100)),
  }));
  return { title: 'write the shares as percentages', safe: false, edits };
}
