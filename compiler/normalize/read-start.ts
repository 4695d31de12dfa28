import type Fraction from 'fraction.js';
import { type Quantity as QuantityNode, type Reference, vocabulary } from '../../grammar/index.ts';
import { evaluateQuantity } from '../bind/evaluate-quantity.ts';
import { fitQuantity } from '../bind/fit-quantity.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import type { CallValue } from '../bind/value.ts';
import type { ValueContext } from '../bind/value-context.ts';
import * as blockRows from '../diagnostics/catalogue/blocks.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import { blockWords, type OpenBlock } from './open-block.ts';
import type { ReadContext } from './read-required.ts';
import { type Reading, readArgument, readAttribute } from './read-value.ts';
import { isSinglePath, isSoundPath, resolveSource } from './resolve-source.ts';
import type { Length, ResolvedStart } from './types.ts';

/** A phase that others can start from. `scale` is the factor of its `scaled_to`. */
export interface NamedPhase {
  readonly name: string;
  readonly scale: Fraction;
}

export type StartContext = ReadContext & ValueContext;

type StartRow = vocabulary.AttributeRow<typeof vocabulary.startType>;

/**
 * Where the weights of a phase come from: what `from` says, else the last of the `earlier` phases, else nothing. Null when
 * `from` is wrong (a diagnostic says why).
 */
export function readStart(
  block: OpenBlock,
  row: StartRow,
  earlier: readonly NamedPhase[],
  context: StartContext,
): Reading<ResolvedStart> | null {
  const written = block.attributes.get(row.name);
  if (!written) return defaultStart(block, earlier);
  const reading = readAttribute(block, row, context.values);
  if (reading === null) return null;
  const { value } = reading;
  const { at } = written.node;
  if (value.kind === 'reference') {
    const start = phaseStart(value, at, earlier, context);
    return start && { ...reading, value: start };
  }
  if (at !== null) {
    const data = { part: '`at`', of: `\`${row.name}\` of ${blockWords(block)} that names no phase` };
    context.collector.add(diagnose(blockRows.needlessPart, at.span, data));
    return null;
  }
  const start = weightsStart({ ...reading, value }, context);
  return start && { ...reading, value: start };
}

function defaultStart(block: OpenBlock, earlier: readonly NamedPhase[]): Reading<ResolvedStart> {
  const before = earlier.at(-1);
  const value: ResolvedStart = before ? { kind: 'phase', phase: before.name, at: null } : { kind: 'fresh' };
  const source = before ? 'the phase before' : 'weights are drawn anew';
  return { value, origin: { from: 'default', source }, span: block.head };
}

const positionType: vocabulary.QuantityType = {
  is: 'quantity',
  dimensions: ['tokens', 'steps', 'part'],
  bare: 'tokens',
  whole: false,
  least: { value: '0', exclusive: true },
  most: { value: '9007199254740991', exclusive: false },
};

function phaseStart(
  reference: Reference,
  at: QuantityNode | null,
  earlier: readonly NamedPhase[],
  context: StartContext,
): ResolvedStart | null {
  const name = reference.path.map((part) => part.text).join('.');
  const phase = earlier.find((candidate) => candidate.name === name);
  if (!phase) {
    if (context.incomplete) return null;
    const near = proposeNames(
      name,
      earlier.map((candidate) => candidate.name),
    );
    const data = { name, wanted: 'a phase written above, `hf(…)` or `local(…)`', near };
    const fix = replaceNameFix(reference.span, near);
    context.collector.add(diagnose(names.unknownName, reference.span, data, { fix }));
    return null;
  }
  if (at === null) return { kind: 'phase', phase: name, at: null };
  const position = readPosition(at, phase.scale, context);
  return position && { kind: 'phase', phase: name, at: position };
}

/** A position in a phase as written; tokens are scaled as its `scaled_to` says. */
export function readPosition(written: QuantityNode, scale: Fraction, context: ValueContext): Length | null {
  const quantity = evaluateQuantity(written, context);
  const fitted = quantity && fitQuantity(quantity, positionType, 'a position', written, context);
  if (fitted === null) return null;
  const { amount, dimension } = fitted;
  if (dimension === 'tokens') return { unit: 'tokens', amount: amount.mul(scale) };
  return { unit: dimension === 'steps' ? 'steps' : 'part', amount };
}

function weightsStart(call: Reading<CallValue>, context: StartContext): ResolvedStart | null {
  const { checkpoint, nanotron } = vocabulary.weightFunctions;
  const { name } = call.value.row;
  if (name !== checkpoint.name && name !== nanotron.name) {
    const read = resolveSource(call, context);
    const source = read && isSinglePath(read, 'a model', context) ? read.value : null;
    return source && source.kind !== 'dataset' ? { kind: 'weights', source } : null;
  }
  const path = readArgument(call, checkpoint.parameters.path);
  if (path === null || !isSoundPath(path.value, path.span, context)) return null;
  return { kind: name === nanotron.name ? 'nanotron' : 'checkpoint', path: path.value };
}
