import { type Reference, vocabulary } from '../../grammar/index.ts';
import { dependencyOrder } from '../bind/dependency-order.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { complete } from './complete.ts';
import type { OpenBlock } from './open-block.ts';
import { printStep } from './print-step.ts';
import { asNumber, type ReadContext, readRequired } from './read-required.ts';
import { type Reading, readArgument, readAttribute } from './read-value.ts';
import { resolveSource } from './resolve-source.ts';
import type { ResolvedDataset, ResolvedFormat, ResolvedSource } from './types.ts';

const rows = vocabulary.datasetAttributes;

export interface DatasetScope extends ReadContext {
  readonly kinds: ReadonlyMap<string, string>;
  readonly incomplete: boolean;
}

/** All datasets, in the order of the file; those with an error are left out. Rings of derived datasets are reported. */
export function resolveDatasets(blocks: readonly OpenBlock[], scope: DatasetScope): readonly ResolvedDataset[] {
  const resolved = blocks.map((block) => resolveDataset(block, scope));
  reportRings(blocks, scope);
  return resolved.filter((dataset) => dataset !== null);
}

function resolveDataset(block: OpenBlock, scope: DatasetScope): ResolvedDataset | null {
  const { values } = scope;
  const size = readAttribute(block, rows.size, values);
  const repeat = readAttribute(block, rows.repeat, values);
  const parts = complete({
    source: readSource(block, scope),
    textColumn: readTextColumn(block, scope),
    order: readAttribute(block, rows.order, values),
    holdoutRows: asNumber(readAttribute(block, rows.holdout, values)),
    format: readFormat(block, scope),
    maxMalformed: amountOf(readAttribute(block, rows.maxMalformed, values)),
    repeat: repeat && { ...repeat, value: repeatLimit(repeat.value) },
  });
  if (parts === null || block.name === null) return null;
  const domain = readAttribute(block, rows.domain, values);
  return {
    name: block.name.text,
    nameSpan: block.name.span,
    domain: domain ?? { value: null, origin: { from: 'default', source: 'no domain is given' } },
    steps: block.steps.map(printStep),
    sizeTokens: size?.value.dimension === 'tokens' ? asNumber(size) : null,
    sizeRows: size?.value.dimension === 'rows' ? asNumber(size) : null,
    ...parts,
  };
}

function repeatLimit(value: Quantity | 'never'): ResolvedDataset['repeat']['value'] {
  return value === 'never' ? { kind: 'never' } : { kind: 'epochs', limit: value.amount.valueOf() };
}

function amountOf(reading: Reading<Quantity> | null) {
  return reading && { ...reading, value: reading.value.amount };
}

function readTextColumn(block: OpenBlock, { values }: DatasetScope): Reading<string> | null {
  const format = readAttribute(block, rows.format, values);
  return format && readArgument(format, vocabulary.textFormat.parameters.column);
}

function readFormat(block: OpenBlock, scope: DatasetScope): ResolvedFormat | null {
  const column = readTextColumn(block, scope);
  return column && { kind: 'text', column: column.value };
}

function readSource(block: OpenBlock, scope: DatasetScope): Reading<ResolvedSource> | null {
  const source = readRequired(block, rows.source, scope);
  if (source === null) return null;
  const { value } = source;
  if (value.kind === 'call') return resolveSource({ ...source, value }, scope.collector);
  const dataset = datasetName(value, scope);
  return dataset === null ? null : { ...source, value: { kind: 'dataset', dataset } };
}

function datasetName(reference: Reference, { collector, kinds, incomplete }: DatasetScope): string | null {
  const name = reference.path.map((part) => part.text).join('.');
  const kind = kinds.get(name);
  if (kind === 'dataset') return name;
  if (kind !== undefined) {
    collector.add(diagnose(names.wrongKind, reference.span, { name, is: kind, wanted: 'a dataset' }));
  } else if (!incomplete) {
    const known = [...kinds].flatMap(([other, otherKind]) => (otherKind === 'dataset' ? [other] : []));
    const near = proposeNames(name, known);
    const data = { name, wanted: 'a dataset, `local(…)` or `hf(…)`', near };
    collector.add(diagnose(names.unknownName, reference.span, data, { fix: replaceNameFix(reference.span, near) }));
  }
  return null;
}

function reportRings(blocks: readonly OpenBlock[], { collector, values }: DatasetScope): void {
  const byName = new Map(blocks.flatMap((block) => (block.name ? [[block.name.text, block] as const] : [])));
  const { cycles } = dependencyOrder(byName.keys(), (name) => {
    const source = readAttribute(byName.get(name)!, rows.source, values)?.value;
    return source?.kind === 'reference' ? [source.path.map((part) => part.text).join('.')] : [];
  });
  for (const ring of cycles) {
    const members = ring.map((name) => byName.get(name)!);
    const related = members.slice(1).map((member) => ({ span: member.name!.span, label: '' }));
    const data = { kind: 'dataset', chain: [...ring, ring[0]!] };
    collector.add(diagnose(names.cycle, members[0]!.name!.span, data, { related }));
  }
}
