import { type Reference, vocabulary } from '../../grammar/index.ts';
import { dependencyOrder } from '../bind/dependency-order.ts';
import { namesOfKind } from '../bind/names-of-kind.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import * as data from '../diagnostics/catalogue/data.ts';
import { repeatedAndNever } from '../diagnostics/catalogue/exhaustion.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { complete } from './complete.ts';
import { countRows } from './count-rows.ts';
import { partsOf } from './dataset-parts.ts';
import { blockWords, type OpenBlock } from './open-block.ts';
import { readFormat } from './read-format.ts';
import { asNumber, type ReadContext, readRequired } from './read-required.ts';
import { readSteps } from './read-steps.ts';
import { isWritten, originOf, type Reading, readArgument, readAttribute } from './read-value.ts';
import { referredNames } from './referred-names.ts';
import { resolveChat } from './resolve-chat.ts';
import { resolveGeneration } from './resolve-generation.ts';
import { defaultOrigin } from './resolve-model.ts';
import { resolveSource } from './resolve-source.ts';
import { readTakes } from './resolve-takes.ts';
import type { RowUse } from './row-uses.ts';
import { nameOfReference, scoreClassifiers } from './score-classifiers.ts';
import type { Resolved, ResolvedDataset, ResolvedFormat, ResolvedTakes } from './types.ts';

const rows = vocabulary.datasetAttributes;

interface OwnScope extends DatasetScope {
  /** The blocks that are resolved, by name. */
  readonly named: ReadonlyMap<string, OpenBlock>;
  /** Where the format of a block is written, null for nowhere, as far as it was asked: a chain is walked once. */
  readonly formats: Map<OpenBlock, OpenBlock | null>;
}

export interface DatasetScope extends ReadContext {
  readonly kinds: ReadonlyMap<string, string>;
  readonly incomplete: boolean;
  /** Phases of post-training by the names of the datasets that they read. */
  readonly uses: ReadonlyMap<string, RowUse>;
  readonly classifiers: readonly OpenBlock[];
}

/** All datasets, in the order of the file; those with an error are left out. Rings of derived datasets are reported. */
export function resolveDatasets(blocks: readonly OpenBlock[], scope: DatasetScope): readonly ResolvedDataset[] {
  const named = new Map(blocks.flatMap((block) => (block.name ? [[block.name.text, block] as const] : [])));
  const own = { ...scope, named, formats: new Map() };
  const resolved = blocks.map((block) => resolveDataset(block, own));
  reportRings(own);
  const whole = resolved.filter((dataset) => dataset !== null);
  return countRows(whole, scope.collector);
}

function resolveDataset(block: OpenBlock, scope: OwnScope): ResolvedDataset | null {
  const { values } = scope;
  const size = readAttribute(block, rows.size, values);
  const repeat = readAttribute(block, rows.repeat, values);
  const parts = complete({
    source: readSource(block, scope),
    order: readAttribute(block, rows.order, values),
    holdoutRows: asNumber(readAttribute(block, rows.holdout, values)),
    format: formatOf(block, scope),
    steps: stepsOf(block, scope),
    maxMalformed: amountOf(readAttribute(block, rows.maxMalformed, values)),
    repeat: repeat && { ...repeat, value: repeatLimit(repeat.value) },
  });
  const onExhaustion = readExhaustion(block, repeat?.value ?? null, scope);
  const chat = readChat(block, scope);
  if (parts === null || onExhaustion === null || chat === 'faulty' || block.name === null) return null;
  const domain = readAttribute(block, rows.domain, values);
  return {
    name: block.name.text,
    nameSpan: block.name.span,
    domain: domain ?? { value: null, origin: { from: 'default', source: 'no domain is given' } },
    chat,
    onExhaustion,
    sizeTokens: size?.value.dimension === 'tokens' ? asNumber(size) : null,
    sizeRows: size?.value.dimension === 'rows' ? asNumber(size) : null,
    textColumn: textColumn(block, parts.format, scope),
    ...parts,
  };
}

/** The column of plain text, with its place; rows of other formats have none, and the usual one stands for it. */
function textColumn(block: OpenBlock, format: ResolvedFormat, scope: OwnScope): Resolved<string> {
  const { format: row } = vocabulary.datasetAttributes;
  const usual = { value: 'text', origin: defaultOrigin(row) };
  if (format.kind !== 'text') return usual;
  const call = readAttribute(formatBlock(block, scope), row, scope.values);
  return (call && readArgument(call, vocabulary.textFormat.parameters.column)) ?? usual;
}

/** What a row is: as written, else as in what it derives from, else what its use or a chat template expects. */
function formatOf(block: OpenBlock, scope: OwnScope): ResolvedFormat | null {
  const { uses, values } = scope;
  const use = uses.get(block.name?.text ?? '') ?? (isWritten(block, rows.chat) ? 'sft' : null);
  return readFormat(formatBlock(block, scope), use, values);
}

/** The block that says what a dataset's rows are: its own, or the nearest that it derives from where a format is written. */
function formatBlock(block: OpenBlock, scope: OwnScope): OpenBlock {
  const { formats } = scope;
  const walked: OpenBlock[] = [];
  let found: OpenBlock | null = null;
  for (let each: OpenBlock | undefined = block; each; each = parentOf(each, scope)) {
    const known = isWritten(each, rows.format) ? each : formats.get(each);
    if (known !== undefined) {
      found = known;
      break;
    }
    formats.set(each, null); // where a ring closes
    walked.push(each);
  }
  for (const each of walked) formats.set(each, found);
  return found ?? block;
}

function parentOf(block: OpenBlock, { named, values }: OwnScope): OpenBlock | undefined {
  const [source] = referredNames(block.attributes.get(rows.source.name)?.node, values);
  return source === undefined ? undefined : named.get(source);
}

/** How the rows become text; null where it is not given, 'faulty' where it is wrong. */
function readChat(block: OpenBlock, scope: OwnScope): ResolvedDataset['chat'] | 'faulty' {
  const { values, collector } = scope;
  if (!isWritten(block, rows.chat)) return null;
  const call = readAttribute(block, rows.chat, values);
  const chat = call && resolveChat(call);
  const format = formatOf(block, scope);
  if (chat === null || format === null) return 'faulty';
  if (format.kind !== 'text') return chat;
  const shown = { dataset: block.name?.text ?? '', format: format.kind };
  collector.add(diagnose(data.chatWithoutTurns, call!.span, shown));
  return 'faulty';
}

function stepsOf(block: OpenBlock, scope: DatasetScope): ResolvedDataset['steps'] | null {
  const datasetOf = (reference: Reference) => datasetName(reference, 'a dataset, or a task as a text', scope);
  const steps = readSteps(block.steps, { ...scope, block: blockWords(block), datasetOf });
  return classifiersAreKnown(block, scope) ? steps : null;
}

/** Whether the names that the steps score with are classifiers; diagnostics say which are not. */
function classifiersAreKnown({ steps }: OpenBlock, scope: DatasetScope): boolean {
  const known = scope.classifiers.flatMap(({ name }) => (name ? [name.text] : []));
  const unknown = scoreClassifiers(steps).filter((reference) => !known.includes(nameOfReference(reference)));
  for (const reference of unknown) reportClassifier(reference, nameOfReference(reference), known, scope);
  return unknown.length === 0;
}

function reportClassifier(reference: Reference, name: string, known: readonly string[], scope: DatasetScope): void {
  const { collector, kinds, incomplete } = scope;
  const is = kinds.get(name);
  const wanted = 'a classifier';
  if (is !== undefined) collector.add(diagnose(names.wrongKind, reference.span, { name, is, wanted }));
  else if (!incomplete) {
    const near = proposeNames(name, known);
    const fix = replaceNameFix(reference.span, near);
    collector.add(diagnose(names.unknownName, reference.span, { name, wanted, near }, { fix }));
  }
}

function repeatLimit(value: Quantity | 'never'): ResolvedDataset['repeat']['value'] {
  return value === 'never' ? { kind: 'never' } : { kind: 'epochs', limit: value.amount.valueOf() };
}

/** What happens at the limit: as written, else what `repeat` means alone. Null where it is wrong. */
function readExhaustion(
  block: OpenBlock,
  repeat: Quantity | 'never' | null,
  { values, collector }: DatasetScope,
): ResolvedDataset['onExhaustion'] | null {
  const row = rows.onExhaustion;
  if (!isWritten(block, row)) return { value: repeat === 'never' ? 'error' : 'repeat', origin: defaultOrigin(row) };
  const written = readAttribute(block, row, values);
  if (written?.value !== 'repeat' || repeat !== 'never') return written;
  collector.add(diagnose(repeatedAndNever, written.span, { dataset: block.name?.text ?? '' }));
  return null;
}

function amountOf(reading: Reading<Quantity> | null) {
  return reading && { ...reading, value: reading.value.amount };
}

function readSource(block: OpenBlock, scope: DatasetScope): Resolved<ResolvedDataset['source']['value']> | null {
  if (block.takes.length > 0) return readTakenSource(block, scope);
  const source = readRequired(block, rows.source, scope);
  if (source === null) return null;
  const { value } = source;
  if (value.kind === 'call') {
    const call = { ...source, value };
    const isGeneration = value.row === vocabulary.generateSource;
    const nameOf = (reference: Reference) => datasetName(reference, 'a dataset of prompts', scope);
    return isGeneration ? resolveGeneration(call, nameOf, scope.collector) : resolveSource(call, scope);
  }
  const dataset = datasetName(value, 'a dataset, `local(…)`, `hf(…)` or `generate(…)`', scope);
  return dataset === null ? null : { ...source, value: { kind: 'dataset', dataset } };
}

/** A dataset is read from a source or put together by takes. */
function readTakenSource(block: OpenBlock, scope: DatasetScope): Resolved<ResolvedTakes> | null {
  const [first] = block.takes;
  const written = block.attributes.get(rows.source.name);
  if (written) {
    const related = [{ span: first!.span, label: 'rows are taken here' }];
    scope.collector.add(diagnose(data.takesBesideSource, written.node.span, { block: blockWords(block) }, { related }));
    return null;
  }
  const takes = readTakes(block, scope);
  return takes && { value: { kind: 'takes', takes }, origin: originOf(block.layer, first!.span) };
}

/** The dataset that a reference names; null, with a diagnostic, when it names none. */
export function datasetName(
  reference: Reference,
  wanted: string,
  { collector, kinds, incomplete }: Pick<DatasetScope, 'collector' | 'kinds' | 'incomplete'>,
): string | null {
  const name = nameOfReference(reference);
  const kind = kinds.get(name);
  if (kind === 'dataset') return name;
  if (kind !== undefined) {
    collector.add(diagnose(names.wrongKind, reference.span, { name, is: kind, wanted: 'a dataset' }));
  } else if (!incomplete) {
    const near = proposeNames(name, namesOfKind(kinds, 'dataset'));
    const data = { name, wanted, near };
    collector.add(diagnose(names.unknownName, reference.span, data, { fix: replaceNameFix(reference.span, near) }));
  }
  return null;
}

function reportRings(scope: OwnScope): void {
  const { collector, named } = scope;
  const { cycles } = dependencyOrder(named.keys(), (name) => partsOf(named.get(name)!, scope));
  for (const ring of cycles) {
    const members = ring.map((name) => named.get(name)!);
    const related = members.slice(1).map((member) => ({ span: member.name!.span, label: '' }));
    const data = { kind: 'dataset', chain: [...ring, ring[0]!] };
    collector.add(diagnose(names.cycle, members[0]!.name!.span, data, { related }));
  }
}
