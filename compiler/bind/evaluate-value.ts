import type { Expression, Reference, vocabulary } from '../../grammar/index.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import * as values from '../diagnostics/catalogue/values.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { describeExpression } from './describe-expression.ts';
import { describeType } from './describe-type.ts';
import { evaluateCall } from './evaluate-call.ts';
import { evaluateQuantity } from './evaluate-quantity.ts';
import { fitQuantity } from './fit-quantity.ts';
import { proposeNames } from './propose-names.ts';
import { replaceNameFix } from './replace-name.fix.ts';
import type { EdgeValue, Value } from './value.ts';
import type { ValueContext } from './value-context.ts';

/**
 * Evaluates an expression under a type of the vocabulary. `name` is the attribute or parameter, for messages.
 * Returns null when the value is wrong (a diagnostic says why).
 */
export function evaluateValue(
  expression: Expression,
  type: vocabulary.ValueType,
  name: string,
  context: ValueContext,
): Value | null {
  const plain = plainType(expression, type, context);
  if (plain === null) {
    const data = { wanted: `${describeType(type)} for \`${name}\``, found: describeExpression(expression) };
    context.collector.add(diagnose(values.wrongForm, expression.span, data));
    return null;
  }
  return evaluatePlain(expression, plain, name, context);
}

/** The type that takes the form of the expression; null when none does. */
function plainType(
  expression: Expression,
  type: vocabulary.ValueType,
  context: ValueContext,
): vocabulary.PlainType | null {
  const types = type.is === 'choice' ? (type.of as readonly vocabulary.PlainType[]) : [type];
  return types.find((candidate) => takesForm(candidate, expression, context)) ?? null;
}

function takesForm(type: vocabulary.PlainType, expression: Expression, context: ValueContext): boolean {
  const { kind } = expression;
  switch (type.is) {
    case 'quantity':
      if (kind === 'reference') return isLet(expression, context);
      return kind === 'quantity' || kind === 'percent' || kind === 'binary' || kind === 'parenthesized';
    case 'word':
    case 'name':
      return kind === 'reference' && expression.path.length === 1;
    case 'edge':
      return kind === 'reference' && !isLet(expression, context);
    case 'reference':
      return kind === 'reference';
    case 'text':
      return kind === 'string' || kind === 'text';
    case 'boolean':
      return kind === 'boolean';
    case 'call':
      return kind === 'call' || (kind === 'reference' && isFunctionOf(type, expression));
    case 'list':
      return kind === 'list';
  }
}

function isLet(reference: Reference, context: ValueContext): boolean {
  return reference.path.length === 1 && context.lets.has(reference.path[0]!.text);
}

function isFunctionOf(type: vocabulary.CallType, reference: Reference): boolean {
  return reference.path.length === 1 && type.functions.includes(reference.path[0]!.text);
}

function evaluatePlain(
  expression: Expression,
  type: vocabulary.PlainType,
  name: string,
  context: ValueContext,
): Value | null {
  switch (type.is) {
    case 'quantity': {
      const quantity: Quantity | null = evaluateQuantity(expression, context);
      return quantity && fitQuantity(quantity, type, name, expression, context);
    }
    case 'word':
      return evaluateWord(expression as Reference, type, name, context);
    case 'name':
      return (expression as Reference).path[0]!.text;
    case 'edge':
      return evaluateEdge(expression as Reference, context);
    case 'reference':
      return expression as Reference;
    case 'text':
      return (expression as { value: string }).value;
    case 'boolean':
      return (expression as { value: boolean }).value;
    case 'call':
      return evaluateCall(expression, type, name, context);
    case 'list':
      return evaluateList(expression, type, name, context);
  }
}

function evaluateWord(
  reference: Reference,
  type: vocabulary.WordType,
  name: string,
  context: ValueContext,
): string | null {
  const word = reference.path[0]!.text;
  if (type.words.includes(word)) return word;
  const near = proposeNames(word, type.words);
  const data = { attribute: name, word, near, known: type.words };
  context.collector.add(
    diagnose(values.unknownWord, reference.span, data, { fix: replaceNameFix(reference.span, near) }),
  );
  return null;
}

function evaluateEdge(reference: Reference, context: ValueContext): EdgeValue | null {
  const [of, edge] = reference.path;
  if (reference.path.length === 2 && (edge!.text === 'start' || edge!.text === 'end')) {
    return { kind: 'edge', of: of!, edge: edge!.text, span: reference.span };
  }
  const written = reference.path.map((part) => part.text).join('.');
  context.collector.add(diagnose(names.unknownEdge, reference.span, { written, of: of!.text }));
  return null;
}

function evaluateList(
  expression: Expression,
  type: vocabulary.ListType,
  name: string,
  context: ValueContext,
): readonly Value[] | null {
  const items = (expression as { items: readonly Expression[] }).items;
  const evaluated = items.map((item) => evaluateValue(item, type.of as vocabulary.ValueType, name, context));
  return evaluated.includes(null) ? null : (evaluated as Value[]);
}
