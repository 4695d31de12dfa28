import type { Span, vocabulary } from '../../grammar/index.ts';
import { evaluateValue } from '../bind/evaluate-value.ts';
import { parseExpression } from '../bind/parse-expression.ts';
import type { CallValue, Value, ValueOf } from '../bind/value.ts';
import { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Layer, OpenBlock } from './open-block.ts';
import type { Origin, Resolved } from './types.ts';

/** A resolved value with the place that messages about it point at: the written value, or the head of its block. */
export interface Reading<T> extends Resolved<T> {
  readonly span: Span;
}

/** Values of the attributes that were evaluated, by node; null where a diagnostic was given. */
export type EvaluatedAttributes = ReadonlyMap<object, Value | null>;

/**
 * The value of an attribute in a block, or its default. Null when there is neither, or when the value is wrong (a diagnostic
 * was given then); `isWritten` tells the two apart. This and `readArgument` are the only ways to a value.
 */
export function readAttribute<T extends vocabulary.ValueType>(
  block: OpenBlock,
  row: vocabulary.AttributeRow<T>,
  values: EvaluatedAttributes,
): Reading<ValueOf<T>> | null {
  const written = block.attributes.get(row.name);
  if (!written) return readDefault(row, block.head);
  const value = values.get(written.node) ?? null;
  if (value === null) return null;
  const span = written.node.value.span;
  return { value: value as ValueOf<T>, origin: originOf(written.layer, written.node.span), span };
}

/** Whether an attribute is given in a block, rightly or wrongly. */
export function isWritten(block: OpenBlock, row: vocabulary.AttributeRow): boolean {
  return block.attributes.has(row.name);
}

/** The value of an argument of a call, or its default; null as in `readAttribute`. `call` is where the call itself was read. */
export function readArgument<T extends vocabulary.ValueType>(
  call: Reading<CallValue>,
  row: vocabulary.ValueRow<T>,
): Reading<ValueOf<T>> | null {
  const { given, faulty, node } = call.value;
  if (faulty.has(row.name)) return null;
  const argument = given.get(row.name);
  if (!argument) return readDefault(row, node.name.span);
  return { value: argument.value as ValueOf<T>, origin: narrowed(call.origin, argument.span), span: argument.span };
}

/** Where a value of a layer comes from. */
export function originOf(layer: Layer, span: Span): Origin {
  return typeof layer === 'string' ? { from: layer, span } : { from: 'setting', text: layer.setting };
}

function narrowed(origin: Origin, span: Span): Origin {
  return origin.from === 'recipe' || origin.from === 'profile' ? { from: origin.from, span } : origin;
}

function readDefault<T extends vocabulary.ValueType>(
  row: vocabulary.ValueRow<T>,
  span: Span,
): Reading<ValueOf<T>> | null {
  const fallback = row.default;
  if (typeof fallback === 'string' || !('value' in fallback)) return null;
  const value = evaluateDefault(row, fallback.value);
  return { value: value as ValueOf<T>, origin: { from: 'default', source: fallback.source }, span };
}

/** Defaults that were evaluated: the vocabulary is fixed, and parsing them takes longer than reading a recipe. */
const defaults = new WeakMap<vocabulary.ValueRow, Value>();

/** A default is smol text and evaluated like any; one that does not evaluate is a fault of the vocabulary. */
function evaluateDefault(row: vocabulary.ValueRow, text: string): Value {
  const known = defaults.get(row);
  if (known !== undefined) return known;
  const collector = new DiagnosticCollector();
  const { expression } = parseExpression(text, '(default)');
  const value =
    expression && evaluateValue(expression, row.type, row.name, { collector, lets: new Map(), incomplete: false });
  if (value === null) throw new Error(`the default \`${text}\` of \`${row.name}\` does not evaluate`);
  defaults.set(row, value);
  return value;
}
