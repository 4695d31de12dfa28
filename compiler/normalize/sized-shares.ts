import Fraction from 'fraction.js';
import type { Share } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/sized-shares.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { printCount } from '../quantity/print-quantity.ts';
import { type ShareGroup, targetName } from './group-shares.ts';

/** `once NAME` and `by_size NAME`. */
function isSized(share: Share): boolean {
  return share.amount.kind === 'once' || share.amount.kind === 'by_size';
}

/** Whether every share that follows from a size can be counted; diagnostics say which cannot, and why. */
export function checkSized(group: ShareGroup, collector: DiagnosticCollector): boolean {
  let isSound = true;
  for (const share of group.shares.filter(isSized)) {
    const reason = whyNot(share, group);
    if (reason === null) continue;
    isSound = false;
    if (reason === 'undeclared') continue;
    const data = { word: share.amount.kind, target: targetName(share), group: group.words, reason };
    collector.add(diagnose(rows.notSized, share.amount.span, data));
  }
  return isSound;
}

function whyNot(share: Share, group: ShareGroup): rows.NotSizedReason | 'undeclared' | null {
  if (group.scaling !== null) return group.scaling.kind;
  if (share.group !== null) return 'group';
  const size = group.sizeOf(targetName(share));
  if (typeof size !== 'number') return size;
  if (share.amount.kind !== 'once') return null;
  if (group.ramped) return 'ramp';
  return group.tokens === null ? 'no-length' : null;
}

/** A scaled run reads another part of a dataset than all of it, since shares are those of the run that it stands for. */
export function noteScaledOnce({ shares, scale }: ShareGroup, collector: DiagnosticCollector): void {
  if (scale.equals(1)) return;
  const part = `${Number((scale.valueOf() * 100).toPrecision(3))}%`;
  for (const share of shares.filter(({ amount }) => amount.kind === 'once')) {
    collector.add(diagnose(rows.onceScaled, share.amount.span, { target: targetName(share), part }));
  }
}

/** The part of a group that a dataset has which is read once in it: its size over the group's tokens. */
export function oncePart(share: Share, group: ShareGroup): Fraction {
  return sizeOfShare(share, group).div(group.tokens!);
}

/** What `left` of a group is for one of its `by_size` shares: in proportion to the sizes of them all. */
export function bySizePart(share: Share, group: ShareGroup, left: Fraction): Fraction {
  const all = group.shares.filter(({ amount }) => amount.kind === 'by_size');
  const sum = all.reduce((total, each) => total.add(sizeOfShare(each, group)), new Fraction(0));
  return left.mul(sizeOfShare(share, group)).div(sum);
}

/** Datasets that are read once and do not fill their group, or more than fill it. */
export function reportOnceSum(group: ShareGroup, sum: Fraction, collector: DiagnosticCollector): void {
  const first = group.shares.find(({ amount }) => amount.kind === 'once')!;
  const tokens = group.tokens!;
  const data = {
    group: group.words,
    tokens: printCount(tokens.round()),
    sum: printCount(sum.mul(tokens).round()),
    isMore: sum.gt(1),
    isAll: group.shares.every(({ amount }) => amount.kind === 'once'),
  };
  collector.add(diagnose(rows.onceSum, first.amount.span, data));
}

function sizeOfShare(share: Share, { sizeOf }: ShareGroup): Fraction {
  return new Fraction(sizeOf(targetName(share)) as number);
}
