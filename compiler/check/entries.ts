import { type Allow, type Expect, type Share, type Take, type Verb, vocabulary } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/blocks.ts';
import * as shares from '../diagnostics/catalogue/shares.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { StructureContext, Surroundings } from './structure.ts';

/** Holds what is neither attribute nor block against what its block takes. */
export function checkEntry(
  entry: Share | Take | Verb | Expect | Allow,
  within: Surroundings,
  context: StructureContext,
): void {
  if (entry.kind === 'allow') return;
  const { collector, refused } = context;
  const taken = vocabulary.blockRow(within.keyword).entries;
  if (entry.kind === 'take' && ['stage', 'pretrain', 'mixture'].includes(within.keyword)) {
    collector.add(diagnose(shares.takeAmongShares, entry.span, { block: within.words, dataset: targetOf(entry) }));
  } else if (entry.kind === 'share' && within.keyword === 'dataset') {
    collector.add(diagnose(shares.shareInDataset, entry.span, { block: within.words, dataset: targetOf(entry) }));
  } else if (!taken.includes(entryKind(entry))) {
    const data = { entry: entryWords(entry), block: within.words, belongs: belongsTo(entry) };
    collector.add(diagnose(rows.misplacedEntry, entry.span, data));
  } else return;
  refused.add(entry);
}

function targetOf(entry: Share | Take): string {
  return entry.target.path.map((name) => name.text).join('.');
}

function entryKind(entry: Share | Take | Verb | Expect): vocabulary.EntryKind {
  if (entry.kind === 'share' || entry.kind === 'take' || entry.kind === 'expect') return entry.kind;
  return 'verb';
}

function entryWords(entry: Share | Take | Verb | Expect): string {
  return entry.kind === 'share' ? 'a share' : `\`${entry.kind}\``;
}

function belongsTo(entry: Share | Take | Verb | Expect): string {
  if (entry.kind === 'share') return 'a `stage`, a `mixture` or a `pretrain` without stages';
  if (entry.kind === 'expect') return 'an `evaluate` block';
  return 'a `dataset`';
}
