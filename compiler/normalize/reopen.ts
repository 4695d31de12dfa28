import { proposeNames } from '../bind/propose-names.ts';
import * as rows from '../diagnostics/catalogue/blocks.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { blockWords, isSameBlock, type OpenBlock, type WrittenAttribute } from './open-block.ts';

/**
 * Re-opens a block: attributes override; shares, takes, steps and
 * expectations are replaced whole; a new `source` discards the inherited
 * size and steps; children are re-opened by keyword and name, stages by the rule of `reopenStages`.
 */
export function reopen(base: OpenBlock, again: OpenBlock, collector: DiagnosticCollector): OpenBlock {
  const inherited = again.attributes.has('source') ? withoutContent(base) : base;
  const children = reopenChildren(base, again, collector);
  return {
    ...base,
    attributes: overridden(inherited.attributes, again.attributes),
    range: again.range ?? base.range,
    layer: again.range || again.shares.length > 0 ? again.layer : base.layer,
    scaling: again.shares.length > 0 ? again.scaling : base.scaling,
    shares: again.shares.length > 0 ? again.shares : children === again.children ? [] : base.shares,
    takes: again.takes.length > 0 ? again.takes : inherited.takes,
    steps: again.steps.length > 0 ? again.steps : inherited.steps,
    expects: again.expects.length > 0 ? again.expects : inherited.expects,
    children,
    incomplete: base.incomplete || again.incomplete,
  };
}

/** The revision goes with the source itself: it is an argument of the call. */
function withoutContent(base: OpenBlock): OpenBlock {
  const attributes = new Map(base.attributes);
  attributes.delete('size');
  return { ...base, attributes, takes: [], steps: [] };
}

function overridden(
  base: ReadonlyMap<string, WrittenAttribute>,
  again: ReadonlyMap<string, WrittenAttribute>,
): ReadonlyMap<string, WrittenAttribute> {
  return new Map([...base, ...again]);
}

function reopenChildren(base: OpenBlock, again: OpenBlock, collector: DiagnosticCollector): readonly OpenBlock[] {
  if (again.keyword === 'pretrain') {
    if (again.shares.length > 0) return [];
    if (again.children.length > 0) return reopenStages(base, again, collector);
  }
  return merged(base.children, again.children, collector);
}

/** Stages with neither range nor shares amend those of their name; otherwise all stages are given anew. */
function reopenStages(base: OpenBlock, again: OpenBlock, collector: DiagnosticCollector): readonly OpenBlock[] {
  const amended = again.children.filter(isAmendment);
  const anew = again.children.filter((stage) => !isAmendment(stage));
  if (amended.length === 0) return again.children;
  if (anew.length > 0) {
    const data = { amended: amended.map(nameOf), anew: anew.map(nameOf) };
    const related = anew.map((stage) => ({ span: stage.head, label: 'given anew' }));
    collector.add(diagnose(rows.stagesMixed, amended[0]!.head, data, { related }));
    return base.children;
  }
  return merged(base.children, amended, collector);
}

function isAmendment(stage: OpenBlock): boolean {
  return stage.range === null && stage.shares.length === 0 && stage.takes.length === 0 && !stage.incomplete;
}

function nameOf(block: OpenBlock): string {
  return block.name?.text ?? block.keyword;
}

/** A block that is not there yet is new if it can stand for itself; otherwise it was meant to change one that is missing. */
function merged(
  base: readonly OpenBlock[],
  again: readonly OpenBlock[],
  collector: DiagnosticCollector,
): readonly OpenBlock[] {
  const result = [...base];
  for (const block of again) {
    const index = result.findIndex((candidate) => isSameBlock(candidate, block));
    if (index !== -1) result[index] = reopen(result[index]!, block, collector);
    else if (standsAlone(block)) result.push(block);
    else {
      const siblings = base.filter((candidate) => candidate.keyword === block.keyword).map(nameOf);
      const near = proposeNames(nameOf(block), siblings);
      collector.add(diagnose(rows.nothingToReopen, block.head, { what: blockWords(block), near }));
    }
  }
  return result;
}

function standsAlone(block: OpenBlock): boolean {
  if (block.keyword === 'dataset') return block.attributes.has('source') || block.takes.length > 0;
  if (block.keyword === 'mixture') return block.shares.length > 0;
  return block.keyword !== 'stage';
}
