import { type Attribute, type Block, type Entry, type RecipeFile, type Span, vocabulary } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/blocks.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { checkEntry } from './entries.ts';
import { reportUnknownAttribute } from './unknown-attribute.ts';

export interface StructureContext {
  readonly collector: DiagnosticCollector;
  /** Nodes that later passes leave out, because a diagnostic was given for them. */
  readonly refused: Set<object>;
}

/** A block, or the file, as the structure check sees it. */
export interface Surroundings {
  readonly keyword: vocabulary.BlockName;
  /** "`model`", "stage `decay`", "the top level". */
  readonly words: string;
}

type Item = Exclude<RecipeFile['items'][number], { kind: 'use' | 'let' }> | Entry;

/**
 * Holds every block as it is written against the vocabulary: what may stand where, what is given twice.
 * Returns the nodes that later passes leave out.
 */
export function checkStructure(file: RecipeFile, collector: DiagnosticCollector): ReadonlySet<object> {
  const context: StructureContext = { collector, refused: new Set() };
  const items: Item[] = [];
  for (const item of file.items) {
    if (item.kind !== 'use' && item.kind !== 'let') items.push(item);
  }
  checkEntries(items, { keyword: 'recipe', words: 'the top level' }, context);
  return context.refused;
}

function checkEntries(entries: readonly Item[], within: Surroundings, context: StructureContext): void {
  const attributes = new Map<string, Attribute>();
  const blocks = new Map<string, Block>();
  for (const entry of entries) {
    if (entry.kind === 'attribute') checkAttribute(entry, within, attributes, context);
    else if (entry.kind === 'block') checkBlock(entry, within, blocks, context);
    else checkEntry(entry, within, context);
  }
}

function checkAttribute(
  attribute: Attribute,
  within: Surroundings,
  seen: Map<string, Attribute>,
  context: StructureContext,
): void {
  const { collector, refused } = context;
  const name = attribute.name.text;
  const row = vocabulary.attributeRow(within.keyword, name);
  const earlier = seen.get(name);
  if (!row) reportUnknownAttribute(attribute.name, within, collector);
  else if (earlier) {
    const related = [{ span: earlier.name.span, label: 'first given here' }];
    collector.add(diagnose(names.duplicateAttribute, attribute.name.span, { name }, { related }));
  } else if (attribute.at !== null && name !== vocabulary.tuningAttributes.from.name) {
    collector.add(diagnose(rows.needlessPart, attribute.at.span, { part: '`at`', of: `\`${name}\`` }));
  } else {
    seen.set(name, attribute);
    return;
  }
  refused.add(attribute);
}

function checkBlock(block: Block, within: Surroundings, seen: Map<string, Block>, context: StructureContext): void {
  const { collector, refused } = context;
  const keyword = block.keyword.text;
  const row = vocabulary.blockRow(keyword);
  if (!row.within.includes(within.keyword)) {
    const belongs = row.within.map((parent) => (parent === 'recipe' ? 'the top level' : `a \`${parent}\` block`));
    const data = { keyword, block: within.words, belongs };
    collector.add(diagnose(rows.misplacedBlock, block.headSpan, data));
  } else if (isNamedWell(block, row, context) && isFirst(block, seen, context)) {
    checkHead(block, context);
    checkEntries(block.entries, surroundingsOf(block), context);
    return;
  }
  refused.add(block);
}

/** How messages name a block: by keyword and name. */
export function surroundingsOf(block: Block): Surroundings {
  const keyword = block.keyword.text;
  return { keyword, words: block.name ? `${keyword} \`${block.name.text}\`` : `\`${keyword}\`` };
}

function isNamedWell(block: Block, row: vocabulary.BlockRow, { collector }: StructureContext): boolean {
  const keyword = block.keyword.text;
  if (row.naming === 'required' && block.name === null) {
    if (!block.incomplete) collector.add(diagnose(rows.missingBlockName, block.keyword.span, { keyword }));
    return false;
  }
  if (row.naming === 'none' && block.name !== null) {
    const edits = [{ span: { ...block.name.span, start: block.keyword.span.end }, text: '' }];
    const fix = { title: 'remove the name', safe: true, edits };
    collector.add(diagnose(rows.needlessBlockName, block.name.span, { keyword, name: block.name.text }, { fix }));
  }
  return true;
}

/** Names of datasets, mixtures and stages are held apart by the namespace; here, blocks that may stand once do. */
function isFirst(block: Block, seen: Map<string, Block>, { collector }: StructureContext): boolean {
  const keyword = block.keyword.text;
  if (keyword === 'dataset' || keyword === 'mixture' || keyword === 'stage') return true;
  const key = keyword === 'model' ? keyword : `${keyword} ${block.name?.text ?? ''}`;
  const earlier = seen.get(key);
  if (!earlier) {
    seen.set(key, block);
    return true;
  }
  const related = [{ span: earlier.headSpan, label: 'first declared here' }];
  collector.add(diagnose(rows.duplicateBlock, block.headSpan, { block: surroundingsOf(block).words }, { related }));
  return false;
}

function checkHead(block: Block, { collector }: StructureContext): void {
  const { words, keyword } = surroundingsOf(block);
  const report = (part: string, span: Span) => collector.add(diagnose(rows.needlessPart, span, { part, of: words }));
  if (block.range && keyword !== 'stage') report('range', block.range.span);
  const takesShares = vocabulary.blockRow(keyword).entries.includes('share');
  if (block.scaling && !takesShares) report(`\`${block.scaling.kind}\``, block.scaling.span);
}
