import type { Call, Expression, NumberLiteral, Operand, Predicate, Quantity, Verb } from '../../grammar/index.ts';
import { fractionOf } from '../bind/evaluate-quantity.ts';
import { printExact } from '../quantity/print-quantity.ts';

/**
 * A dataset's step in canonical text: one spacing, numbers in full (`8_192` and `8192` are one number), strings as JSON.
 * Steps that do the same thing have the same text, on which the dataset's identity rests. `nameOf` says how a classifier is
 * called.
 */
export function printStep(step: Verb, nameOf: (classifier: string) => string = (name) => name): string {
  switch (step.kind) {
    case 'keep':
      return `keep where ${printPredicate(step.where)}`;
    case 'drop':
      return `drop ${step.percent ? `${printNumber(step.percent.number)}% ` : ''}where ${printPredicate(step.where)}`;
    case 'dedup':
      return `dedup ${printCall(step.call)}`;
    case 'decontaminate':
      return `decontaminate ${printCall(step.call)}`;
    case 'score':
      return `score ${step.column.text} = ${printCall(step.call, nameOf)}`;
    case 'sample':
      return `sample ${printExpression(step.amount)}`;
  }
}

function printPredicate(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'or':
      return predicate.terms.map(printPredicate).join(' or ');
    case 'and':
      return predicate.terms.map((term) => grouped(term, ['or'])).join(' and ');
    case 'not':
      return `not ${grouped(predicate.inner, ['or', 'and'])}`;
    case 'compare':
      return `${printOperand(predicate.left)} ${predicate.comparison} ${printOperand(predicate.right)}`;
    case 'in':
      return `${printOperand(predicate.left)} in ${printExpression(predicate.list)}`;
    case 'matches':
      return `${printOperand(predicate.left)} matches ${JSON.stringify(predicate.pattern.value)}`;
  }
}

function grouped(predicate: Predicate, loose: readonly Predicate['kind'][]): string {
  const text = printPredicate(predicate);
  return loose.includes(predicate.kind) ? `(${text})` : text;
}

function printOperand(operand: Operand): string {
  if (operand.kind !== 'count') return printExpression(operand);
  return `count(${printPredicate(operand.where)}) by ${printExpression(operand.by)}`;
}

function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'quantity':
      return printQuantityLiteral(expression);
    case 'percent':
      return `${printNumber(expression.number)}%`;
    case 'string':
    case 'text':
      return JSON.stringify(expression.value);
    case 'boolean':
      return String(expression.value);
    case 'list':
      return `[${expression.items.map(printExpression).join(', ')}]`;
    case 'reference':
      return expression.path.map((name) => name.text).join('.');
    case 'call':
      return printCall(expression);
    case 'parenthesized':
      return `(${printExpression(expression.inner)})`;
    case 'binary':
      return `${printExpression(expression.left)} ${expression.operator} ${printExpression(expression.right)}`;
  }
}

function printQuantityLiteral({ number, unit, per }: Quantity): string {
  return [printNumber(number), unit?.text, per && `per ${per.text}`].filter(Boolean).join(' ');
}

function printNumber(number: NumberLiteral): string {
  return printExact(fractionOf(number));
}

/** Named arguments in the order of their names: their order has no meaning. */
function printCall(call: Call, nameOf?: (name: string) => string): string {
  const byPlace = call.arguments.filter((argument) => argument.name === null);
  const named = call.arguments.filter((argument) => argument.name !== null);
  named.sort((a, b) => (a.name!.text < b.name!.text ? -1 : 1));
  const printed = [...byPlace, ...named].map((argument) =>
    [argument.name?.text, printArgument(argument.value, nameOf)].filter(Boolean).join(' = '),
  );
  return `${call.name.text}(${printed.join(', ')})`;
}

function printArgument(value: Expression, nameOf?: (name: string) => string): string {
  const text = printExpression(value);
  return value.kind === 'reference' && nameOf ? nameOf(text) : text;
}
