import Fraction from 'fraction.js';
import type { Share } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/shares.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Fix } from '../diagnostics/types.ts';
import { printExact, printPercent } from '../quantity/print-quantity.ts';
import { firstTerms } from './first-terms.ts';
import { roundingError, type ShareGroup, targetName, total, writtenPart } from './group-shares.ts';

/** In longer groups no split is looked for: the search takes the square of their number. */
const mostShares = 200;

/** A group that does not fill its whole: every share is marked, the sum written out, the likeliest cause named. */
export function reportShareSum(group: ShareGroup, sum: Fraction, collector: DiagnosticCollector): void {
  const terms = firstTerms(group.shares, (share) => printExact(writtenPart(share)!.mul(100)), ' + ');
  const inner = sum.gt(1) ? innerSplit(group) : null;
  const cause: rows.ShareSumCause = inner ? innerSplitCause(inner, sum) : causeOf(sum);
  const [first, ...others] = group.shares;
  const label = `${terms} = ${printExact(sum.mul(100))}`;
  const related = others.map((share, index) => ({
    span: share.amount.span,
    label: index === others.length - 1 ? label : '',
  }));
  const data = { group: group.words, sum: printPercent(sum), cause };
  const fix = inner ? groupingFix(inner) : fixOf(group, cause);
  collector.add(diagnose(rows.shareSum, first!.amount.span, data, { related, fix }));
}

function causeOf(sum: Fraction): rows.ShareSumCause {
  const written = printExact(sum.mul(100));
  const off = sum.sub(1);
  if (sum.equals(new Fraction(1, 100))) return { kind: 'fractions', sum: written };
  if (off.abs().lte(roundingError)) return { kind: 'rounding', sum: written, off: printPercent(off.abs()) };
  if (off.s < 0n) return { kind: 'missing', sum: written, missing: printPercent(off.abs()) };
  return { kind: 'unknown' };
}

/** Neighbours that fill 100% among themselves, while the others leave room for them: a split inside one part, written flat. */
interface InnerSplit {
  readonly members: readonly Share[];
  readonly part: Fraction;
  readonly name: string;
}

function innerSplit(group: ShareGroup): InnerSplit | null {
  const { shares } = group;
  if (shares.length > mostShares) return null;
  const all = total(shares);
  for (let from = 0; from < shares.length; from += 1) {
    let sum = new Fraction(0);
    for (let to = from; to < shares.length && sum.lt(1); to += 1) {
      sum = sum.add(writtenPart(shares[to]!)!);
      if (!sum.equals(1) || to === from) continue;
      const part = new Fraction(1).sub(all.sub(sum));
      if (part.lte(0)) continue;
      const members = shares.slice(from, to + 1);
      return { members, part, name: groupName(members, group) };
    }
  }
  return null;
}

/** The members' common domain, where it names nothing else among the shares. */
function groupName(members: readonly Share[], group: ShareGroup): string {
  const domains = new Set(members.map((share) => group.domainOf(targetName(share))));
  const [domain] = domains;
  const isFree = domains.size === 1 && domain && !group.shares.some((share) => targetName(share) === domain);
  return isFree ? domain : 'part';
}

function innerSplitCause({ members, part, name }: InnerSplit, sum: Fraction): rows.ShareSumCause {
  const split = members.map((share) => printExact(writtenPart(share)!.mul(100))).join('/');
  const inside = members.map(printShare).join(', ');
  const written = `\`${printPercent(part)} ${name} { ${inside} }\``;
  return { kind: 'inner-split', sum: printExact(sum.mul(100)), split, part: written };
}

function groupingFix({ members, part, name }: InnerSplit): Fix | null {
  const first = members[0]!.span;
  const inside = members.map(printShare).join(', ');
  const edit = {
    span: { file: first.file, start: first.start, end: members.at(-1)!.span.end },
    text: `${printPercent(part)} ${name} { ${inside} }`,
  };
  const hasGroups = members.some((share) => share.group !== null);
  return hasGroups ? null : { title: `group the shares that fill 100%`, safe: false, edits: [edit] };
}

function printShare(share: Share): string {
  return `${printPercent(writtenPart(share)!)} ${targetName(share)}${share.group ? ' { … }' : ''}`;
}

function fixOf(group: ShareGroup, { kind }: rows.ShareSumCause): Fix | null {
  if (kind === 'fractions') return hundredfold(group);
  if (kind !== 'rounding') return null;
  const edits = [{ span: { ...group.span, start: group.span.end }, text: ' rounded' }];
  return { title: 'mark the shares as rounded', safe: false, edits };
}

function hundredfold(group: ShareGroup): Fix {
  const edits = group.shares.map((share) => ({
    span: share.amount.span,
    text: printPercent(writtenPart(share)!.mul(100)),
  }));
  return { title: 'multiply each share by 100', safe: false, edits };
}
