import Fraction from 'fraction.js';
import { dependencyOrder } from '../bind/dependency-order.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { type FlatShares, flattenShares, type ShareScope } from './flatten-shares.ts';
import { type ShareGroup, targetName } from './group-shares.ts';
import { blockWords, type OpenBlock } from './open-block.ts';
import type { Position } from './stage-positions.ts';

export interface SharesContext {
  readonly collector: DiagnosticCollector;
  readonly kinds: ShareScope['kinds'];
  readonly incomplete: boolean;
  readonly domainOf: ShareGroup['domainOf'];
  readonly sizeOf: ShareGroup['sizeOf'];
}

/** The leaves of every mixture, used or not, each after those it needs; null for those with an error and for rings. */
export function resolveMixtures(blocks: readonly OpenBlock[], context: SharesContext): ReadonlyMap<string, FlatShares> {
  const byName = new Map(blocks.flatMap((block) => (block.name ? [[block.name.text, block] as const] : [])));
  const { order, cycles } = dependencyOrder(byName.keys(), (name) => targetsOf(byName.get(name)!.shares));
  const mixtures = new Map<string, FlatShares>();
  for (const ring of cycles) {
    reportRing(ring, byName, context.collector);
    for (const name of ring) mixtures.set(name, null);
  }
  for (const name of order) {
    const scope = { ...context, mixtures, stages: new Map(), stage: null, tokens: null };
    const flat = flattenShares(groupOf(byName.get(name)!, unplaced, context), scope);
    if (!mixtures.has(name)) mixtures.set(name, flat);
  }
  return mixtures;
}

interface NamedStage {
  readonly name: string;
  readonly block: OpenBlock;
  readonly from: Position | null;
  readonly to: Position | null;
  /** Null where the shares hold at once. */
  readonly ramp: unknown;
}

/** The leaves of every stage of every phase in order; a stage may name the stages before it. */
export function resolveStageShares(
  phases: readonly { readonly stages: readonly NamedStage[]; readonly scale: Fraction }[],
  mixtures: ReadonlyMap<string, FlatShares>,
  context: SharesContext,
): readonly (readonly FlatShares[])[] {
  const earlier = new Map<string, FlatShares>();
  const flatten = ({ name, block, from, to, ramp }: NamedStage, scale: Fraction) => {
    // A scaled run has the shares of the run that it stands for.
    const tokens = from && to && to.at.sub(from.at).div(scale);
    const scope = { ...context, mixtures, stages: earlier, stage: name, tokens };
    const flat = flattenShares(groupOf(block, { tokens, scale, ramped: ramp !== null }, context), scope);
    earlier.set(name, flat);
    return flat;
  };
  return phases.map(({ stages, scale }) => stages.map((stage) => flatten(stage, scale)));
}

/** The leaves of an arm, which may name any stage of the phase that it copies. */
export function resolveArmShares(
  arm: OpenBlock,
  stages: ReadonlyMap<string, FlatShares>,
  mixtures: ReadonlyMap<string, FlatShares>,
  context: SharesContext,
): FlatShares {
  const scope = { ...context, mixtures, stages, stage: arm.name?.text ?? arm.keyword, tokens: null };
  return flattenShares(groupOf(arm, unplaced, context), scope);
}

/** Of shares that stand in no stage. */
const unplaced = { tokens: null, ramped: false, scale: new Fraction(1) } as const;

function groupOf(
  block: OpenBlock,
  place: Pick<ShareGroup, 'tokens' | 'ramped' | 'scale'>,
  { domainOf, sizeOf }: SharesContext,
): ShareGroup {
  return {
    words: blockWords(block),
    shares: block.shares,
    scaling: block.scaling,
    ...place,
    span: block.head,
    incomplete: block.incomplete,
    domainOf,
    sizeOf,
  };
}

function targetsOf(shares: OpenBlock['shares']): readonly string[] {
  return shares.flatMap((share) => (share.group ? targetsOf(share.group) : [targetName(share)]));
}

function reportRing(
  ring: readonly string[],
  blocks: ReadonlyMap<string, OpenBlock>,
  collector: DiagnosticCollector,
): void {
  const members = ring.map((name) => blocks.get(name)!);
  const related = members.slice(1).map((member) => ({ span: member.name!.span, label: '' }));
  const data = { kind: 'mixture', chain: [...ring, ring[0]!] };
  collector.add(diagnose(names.cycle, members[0]!.name!.span, data, { related }));
}
