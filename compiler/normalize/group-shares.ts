import Fraction from 'fraction.js';
import type { Scaling, Share, Span } from '../../grammar/index.ts';
import { fractionOf } from '../bind/evaluate-quantity.ts';
import * as rows from '../diagnostics/catalogue/shares.ts';
import * as sized from '../diagnostics/catalogue/sized-shares.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { printPercent } from '../quantity/print-quantity.ts';
import { reportBareShares } from './bare-shares-diagnostic.ts';
import { firstTerms } from './first-terms.ts';
import { reportShareSum } from './share-sum-diagnostic.ts';
import { bySizePart, checkSized, noteScaledOnce, oncePart, reportOnceSum } from './sized-shares.ts';

/** What published percentages are off by when each was rounded: 0.05%. */
export const roundingError = new Fraction(5, 10_000);

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
  readonly scaling: Scaling | null;
  /** Tokens of the group; null where they are unknown, or there are none, as in a mixture. */
  readonly tokens: Fraction | null;
  /** Its stage moves the shares from those of the stage before. */
  readonly ramped: boolean;
  /** Tokens of the run over those of the run that it stands for: 1 unless `scaled_to` says otherwise. */
  readonly scale: Fraction;
  readonly span: Span;
  /** A share could not be read: sums are not judged then. */
  readonly incomplete: boolean;
  /** The domain of a dataset, by which a group in a fix is named. */
  readonly domainOf: (target: string) => string | null;
  /** Tokens of a dataset; `other` for what is none, `undeclared` where another message speaks of it. */
  readonly sizeOf: (target: string) => number | 'unknown' | 'other' | 'undeclared';
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
    checkSized(group, collector),
    group.scaling?.kind === 'normalized' ? checkWeights(group, collector) : checkPercentages(group, collector),
  ].every(Boolean);
  if (!isSound || group.incomplete) return null;
  if (group.scaling === null) return summed(group, collector);
  return group.scaling.kind === 'normalized' ? weighted(group) : rounded(group, collector);
}

/** The number of a share as written: a percentage as a part of 1, a weight as it is; null for what is written in words. */
export function writtenPart({ amount }: Share): Fraction | null {
  if (amount.kind === 'percent') return fractionOf(amount.number).div(100);
  return amount.kind === 'number' ? fractionOf(amount) : null;
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
    const sum = parts.includes(null) || group.scaling ? null : printPercent(parts[0]!.add(parts[1]!));
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
  const isSound = checkNoRest(group, collector);
  const percents = group.shares.filter((share) => share.amount.kind === 'percent');
  const isMixed = percents.length > 0 && group.shares.some((share) => share.amount.kind === 'number');
  if (isMixed) collector.add(diagnose(rows.mixedWeights, percents[0]!.amount.span, { group: group.words }));
  return isSound && !isMixed;
}

/** Nothing is left in a group that is divided by its sum. */
function checkNoRest(group: ShareGroup, collector: DiagnosticCollector): boolean {
  const rests = group.shares.filter((share) => share.amount.kind === 'rest');
  for (const share of rests) {
    const data = { group: group.words, scaling: group.scaling!.kind };
    collector.add(diagnose(rows.restInNormalized, share.amount.span, data));
  }
  return rests.length === 0;
}

function checkPercentages(group: ShareGroup, collector: DiagnosticCollector): boolean {
  if (group.scaling !== null && !checkNoRest(group, collector)) return false;
  const isLeft = ({ amount }: Share) => amount.kind === 'rest' || amount.kind === 'by_size';
  const [first, ...others] = group.shares.filter(isLeft);
  const more = others.filter(({ amount }) => amount.kind === 'rest' || first?.amount.kind === 'rest');
  for (const share of more) {
    const related = [{ span: first!.amount.span, label: 'first here' }];
    const bySize = [first!, share].some(({ amount }) => amount.kind === 'by_size');
    collector.add(diagnose(rows.secondRest, share.amount.span, { group: group.words, bySize }, { related }));
  }
  const hasBare = group.shares.some((share) => share.amount.kind === 'number');
  if (hasBare) reportBareShares(group, collector);
  return more.length === 0 && !hasBare;
}

function weighted(group: ShareGroup): readonly GroupShare[] {
  const sum = total(group.shares);
  return group.shares.map((node) => ({ node, part: writtenPart(node)!.div(sum) }));
}

function rounded(group: ShareGroup, collector: DiagnosticCollector): readonly GroupShare[] | null {
  const sum = total(group.shares);
  const data = { group: group.words, sum: printPercent(sum) };
  if (sum.sub(1).abs().gt(roundingError)) {
    const terms = firstTerms(group.shares, (share) => printPercent(writtenPart(share)!), ' + ');
    collector.add(diagnose(sized.roundedTooFar, group.scaling!.span, { ...data, terms }));
    return null;
  }
  const parts = weighted(group);
  if (sum.equals(1)) return parts;
  const shares = firstTerms(parts, ({ node, part }) => `${scaledPercent(part)} ${targetName(node)}`, ', ');
  collector.add(diagnose(sized.roundedScaled, group.scaling!.span, { ...data, shares }));
  return parts;
}

/** 69.997%: with 6 digits, since the plan has it exactly. */
function scaledPercent(part: Fraction): string {
  return `${Number((part.valueOf() * 100).toPrecision(6))}%`;
}

function summed(group: ShareGroup, collector: DiagnosticCollector): readonly GroupShare[] | null {
  const fixed = (share: Share) => writtenPart(share) ?? (share.amount.kind === 'once' ? oncePart(share, group) : null);
  const sum = group.shares.reduce((all, share) => all.add(fixed(share) ?? 0), new Fraction(0));
  const left = new Fraction(1).sub(sum);
  const taker = group.shares.find(({ amount }) => amount.kind === 'rest' || amount.kind === 'by_size');
  const hasOnce = group.shares.some(({ amount }) => amount.kind === 'once');
  if (taker ? hasOnce && left.lte(0) : !left.equals(0)) {
    if (hasOnce) reportOnceSum(group, sum, collector);
    else reportShareSum(group, sum, collector);
    return null;
  }
  if (taker && left.lte(0)) {
    const data = { group: group.words, sum: printPercent(sum), word: taker.amount.kind, target: targetName(taker) };
    collector.add(diagnose(rows.nothingLeft, taker.amount.span, data));
    return null;
  }
  noteScaledOnce(group, collector);
  const partOf = (node: Share) => (node.amount.kind === 'by_size' ? bySizePart(node, group, left) : left);
  return group.shares.map((node) => ({ node, part: fixed(node) ?? partOf(node) }));
}

/** The sum of the numbers that are written. */
export function total(shares: readonly Share[]): Fraction {
  return shares.reduce((sum, share) => sum.add(writtenPart(share) ?? 0), new Fraction(0));
}
