import type Fraction from 'fraction.js';
import type { Share, Span } from '../../grammar/index.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import * as rows from '../diagnostics/catalogue/shares.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { groupShares, type ShareGroup, targetName } from './group-shares.ts';
import type { ResolvedShare } from './types.ts';

/** Leaves in the order of first mention; null for shares that have an error of their own. */
export type FlatShares = readonly ResolvedShare[] | null;

/** What names mean among shares. */
export interface ShareScope {
  readonly collector: DiagnosticCollector;
  readonly kinds: ReadonlyMap<string, 'dataset' | 'mixture' | 'stage' | 'let'>;
  readonly mixtures: ReadonlyMap<string, FlatShares>;
  /** The stages before this one; empty for a mixture. */
  readonly stages: ReadonlyMap<string, FlatShares>;
  /** The stage whose shares these are; null for a mixture. */
  readonly stage: string | null;
  /** Tokens of that stage; null where there is none, or its range is wrong. */
  readonly tokens: Fraction | null;
  readonly incomplete: boolean;
}

/** Digits that the denominator of a share may have. */
const mostDigits = 60;

/**
 * The leaf datasets of a group with their exact shares: groups, mixtures and earlier stages are multiplied out, and leaves
 * reached by several ways are summed. The shares add up to exactly 1.
 */
export function flattenShares(group: ShareGroup, scope: ShareScope): FlatShares {
  const leaves = new Map<string, { share: Fraction; span: Span }>();
  if (!addGroup(group, null, leaves, scope)) return null;
  const flat = [...leaves].map(([dataset, leaf]) => ({ dataset, ...leaf }));
  if (flat.every(({ share }) => share.d.toString().length <= mostDigits)) return flat;
  scope.collector.add(diagnose(rows.sharesTooFine, group.span, { group: group.words, digits: mostDigits }));
  return null;
}

type Leaves = Map<string, { share: Fraction; span: Span }>;

/** Adds a group that fills `factor` of the whole; false when a part of it is wrong. Goes on after a mistake, to find all. */
function addGroup(group: ShareGroup, factor: Fraction | null, leaves: Leaves, scope: ShareScope): boolean {
  const parts = groupShares(group, scope.collector);
  let isSound = parts !== null;
  for (const [index, node] of group.shares.entries()) {
    const part = parts?.[index]?.part ?? null;
    const share = part && factor ? part.mul(factor) : part;
    const isAdded = node.group ? addNested(node, share, group, leaves, scope) : addLeaf(node, share, leaves, scope);
    isSound &&= isAdded;
  }
  return isSound;
}

function addNested(node: Share, share: Fraction | null, group: ShareGroup, leaves: Leaves, scope: ShareScope): boolean {
  const name = targetName(node);
  const kind = scope.kinds.get(name);
  if (kind) {
    scope.collector.add(diagnose(names.groupShadowsName, node.target.span, { name, kind }));
  }
  const nested: ShareGroup = {
    words: `the group \`${name}\``,
    shares: node.group!,
    scaling: node.scaling,
    ramped: group.ramped,
    scale: group.scale,
    tokens: share && scope.tokens && scope.tokens.mul(share),
    span: node.target.span,
    incomplete: node.incomplete,
    domainOf: group.domainOf,
    sizeOf: group.sizeOf,
  };
  return addGroup(nested, share, leaves, scope) && !kind;
}

function addLeaf(node: Share, share: Fraction | null, leaves: Leaves, scope: ShareScope): boolean {
  const flat = leavesOf(node, scope);
  if (flat === null) return false;
  if (share === null) return true;
  for (const leaf of flat) {
    const added = share.mul(leaf.share);
    const earlier = leaves.get(leaf.dataset);
    leaves.set(
      leaf.dataset,
      earlier ? { ...earlier, share: earlier.share.add(added) } : { share: added, span: node.span },
    );
  }
  return true;
}

const one = { share: 1 } as const;

function leavesOf(node: Share, scope: ShareScope): readonly { dataset: string; share: Fraction | 1 }[] | null {
  const name = targetName(node);
  switch (scope.kinds.get(name)) {
    case 'dataset':
      return [{ dataset: name, ...one }];
    case 'mixture':
      return scope.mixtures.get(name) ?? null;
    case 'stage':
      return stageLeaves(node, name, scope);
    case 'let':
      reportKind(node, name, 'let', scope);
      return null;
    default:
      reportUnknown(node, name, scope);
      return null;
  }
}

function stageLeaves(node: Share, name: string, scope: ShareScope): FlatShares {
  if (scope.stage === null) {
    reportKind(node, name, 'stage', scope);
    return null;
  }
  const earlier = scope.stages.get(name);
  if (earlier !== undefined) return earlier;
  scope.collector.add(diagnose(names.laterStage, node.target.span, { name, stage: scope.stage }));
  return null;
}

function reportKind(node: Share, name: string, is: string, scope: ShareScope): void {
  scope.collector.add(diagnose(names.wrongKind, node.target.span, { name, is, wanted: wantedWords(scope) }));
}

function reportUnknown(node: Share, name: string, scope: ShareScope): void {
  if (scope.incomplete) return;
  const near = proposeNames(name, usableNames(scope));
  const data = { name, wanted: wantedWords(scope), near };
  scope.collector.add(
    diagnose(names.unknownName, node.target.span, data, { fix: replaceNameFix(node.target.span, near) }),
  );
}

/** Names that a share can have here, one after the other: no more are looked at than are compared. */
function* usableNames({ kinds, stages }: ShareScope): Generator<string> {
  for (const [name, kind] of kinds) if (kind !== 'let' && (kind !== 'stage' || stages.has(name))) yield name;
}

function wantedWords(scope: ShareScope): string {
  return scope.stage === null ? 'a dataset or mixture' : 'a dataset, mixture or earlier stage';
}
