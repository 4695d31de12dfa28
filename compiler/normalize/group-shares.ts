import Fraction from 'fraction.js';
import type { Share, Span } from '../../grammar/index.ts';
import { fractionOf } from '../bind/evaluate-quantity.ts';
import * as rows from '../diagnostics/catalogue/shares.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { printPercent } from '../quantity/print-quantity.ts';
import { reportBareShares } from './bare-shares-diagnostic.ts';
import { reportShareSum } from './share-sum-diagnostic.ts';

/** One share of a group with its exact part; the parts of a group add up to exactly 1. */
export interface GroupShare {
  readonly node: Share;
  readonly part: Fraction;
}

/** A list of shares that must fill a whole: a stage, a mixture, or a group in braces. */
export interface ShareGroup {
  /** "stage `decay`", "mixture `english`", "the group `web`". */
  readonly words: string;
  readonly shares: readonly Share[];
  readonly normalized: Span | null;
  readonly span: Span;
  /** A share could not be read: sums are not judged then. */
  readonly incomplete: boolean;
  /** The domain of a dataset, by which a group in a fix is named. */
  readonly domainOf: (target: string) => string | null;
}

/** The exact parts of a group; null when it has none (diagnostics say why, one for each mistake). */
export function groupShares(group: ShareGroup, collector: DiagnosticCollector): readonly GroupShare[] | null {
  if (group.shares.length === 0) {
    if (!group.incomplete) collector.add(diagnose(rows.noShares, group.span, { group: group.words }));
    return null;
  }
  const isSound = [
    checkDuplicates(group, collector),
    checkZeros(group, collector),
    group.normalized ? checkWeights(group, collector) : checkPercentages(group, collector),
  ].every(Boolean);
  if (!isSound || group.incomplete) return null;
  return group.normalized ? weighted(group) : summed(group, collector);
}

/** The number of a share as written: a percentage as a part of 1, a weight as it is, null for `rest`. */
export function writtenPart(share: Share): Fraction | null {
  if (share.amount.kind === 'rest') return null;
  return share.amount.kind === 'percent' ? fractionOf(share.amount.number).div(100) : fractionOf(share.amount);
}

/** The name that a share is of, as written. */
export function targetName(share: Share): string {
  return share.target.path.map((name) => name.text).join('.');
}

function checkDuplicates(group: ShareGroup, collector: DiagnosticCollector): boolean {
  const seen = new Map<string, Share>();
  let isSound = true;
  for (const share of group.shares) {
    const target = targetName(share);
    const earlier = seen.get(target);
    if (!earlier) {
      seen.set(target, share);
      continue;
    }
    const parts = [writtenPart(earlier), writtenPart(share)];
    const sum = parts.includes(null) || group.normalized ? null : printPercent(parts[0]!.add(parts[1]!));
    const related = [{ span: earlier.target.span, label: 'first here' }];
    collector.add(diagnose(rows.duplicateShare, share.target.span, { target, group: group.words, sum }, { related }));
    isSound = false;
  }
  return isSound;
}

function checkZeros(group: ShareGroup, collector: DiagnosticCollector): boolean {
  const zeros = group.shares.filter((share) => writtenPart(share)?.lte(0));
  for (const share of zeros) {
    collector.add(diagnose(rows.zeroShare, share.amount.span, { target: targetName(share) }));
  }
  return zeros.length === 0;
}

function checkWeights(group: ShareGroup, collector: DiagnosticCollector): boolean {
  const rests = group.shares.filter((share) => share.amount.kind === 'rest');
  for (const share of rests) {
    collector.add(diagnose(rows.restInNormalized, share.amount.span, { group: group.words }));
  }
  const percents = group.shares.filter((share) => share.amount.kind === 'percent');
  const isMixed = percents.length > 0 && group.shares.some((share) => share.amount.kind === 'number');
  if (isMixed) collector.add(diagnose(rows.mixedWeights, percents[0]!.amount.span, { group: group.words }));
  return rests.length === 0 && !isMixed;
}

function checkPercentages(group: ShareGroup, collector: DiagnosticCollector): boolean {
  const [first, ...more] = group.shares.filter((share) => share.amount.kind === 'rest');
  for (const share of more) {
    const related = [{ span: first!.amount.span, label: 'first here' }];
    collector.add(diagnose(rows.secondRest, share.amount.span, { group: group.words }, { related }));
  }
  const hasBare = group.shares.some((share) => share.amount.kind === 'number');
  if (hasBare) reportBareShares(group, collector);
  return more.length === 0 && !hasBare;
}

function weighted(group: ShareGroup): readonly GroupShare[] {
  const sum = total(group.shares);
  return group.shares.map((node) => ({ node, part: writtenPart(node)!.div(sum) }));
}

function summed(group: ShareGroup, collector: DiagnosticCollector): readonly GroupShare[] | null {
  const sum = total(group.shares);
  const rest = group.shares.find((share) => share.amount.kind === 'rest');
  if (!rest && !sum.equals(1)) {
    reportShareSum(group, sum, collector);
    return null;
  }
  const left = new Fraction(1).sub(sum);
  if (rest && left.lte(0)) {
    const data = { group: group.words, sum: printPercent(sum), target: targetName(rest) };
    collector.add(diagnose(rows.nothingLeft, rest.amount.span, data));
    return null;
  }
  return group.shares.map((node) => ({ node, part: writtenPart(node) ?? left }));
}

/** The sum of what is written, `rest` left out. */
export function total(shares: readonly Share[]): Fraction {
  return shares.reduce((sum, share) => sum.add(writtenPart(share) ?? 0), new Fraction(0));
}
