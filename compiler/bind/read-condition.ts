import type { Expression, NumberLiteral, Operand, Predicate } from '../../grammar/index.ts';
import { exactText } from '../plan/exact.ts';
import type { PlanCondition, PlanConstant, PlanOperand } from '../plan/step-types.ts';
import { fractionOf } from './evaluate-quantity.ts';

/** A step's condition as a tree without places and units; `checkPredicate` has said what is wrong with it. */
export function readCondition(predicate: Predicate): PlanCondition {
  switch (predicate.kind) {
    case 'or':
    case 'and':
      return { kind: predicate.kind, terms: predicate.terms.map(readCondition) };
    case 'not':
      return { kind: 'not', term: readCondition(predicate.inner) };
    case 'compare': {
      const { comparison } = predicate;
      return { kind: 'compare', left: operandOf(predicate.left), comparison, right: operandOf(predicate.right) };
    }
    case 'in': {
      const values = predicate.list.items.map(constantOf).filter((value) => value !== null);
      return { kind: 'in', left: operandOf(predicate.left), values };
    }
    case 'matches':
      return { kind: 'matches', left: operandOf(predicate.left), pattern: predicate.pattern.value };
  }
}

function operandOf(operand: Operand): PlanOperand {
  if (operand.kind === 'count') {
    return { kind: 'count', where: readCondition(operand.where), by: operand.by.path.map(({ text }) => text) };
  }
  if (operand.kind === 'reference') return { kind: 'column', path: operand.path.map(({ text }) => text) };
  return constantOf(operand)!;
}

/** The value of a literal; null for any other expression. */
export function constantOf(expression: Expression): PlanConstant | null {
  switch (expression.kind) {
    case 'quantity':
      return { kind: 'number', value: numberText(expression.number) };
    case 'percent': {
      const { number } = expression;
      return { kind: 'number', value: numberText({ ...number, denominator: number.denominator * 100n }) };
    }
    case 'string':
    case 'text':
      return { kind: 'text', value: expression.value };
    case 'boolean':
      return { kind: 'boolean', value: expression.value };
    default:
      return null;
  }
}

/** Written numbers are decimals, so that their exact texts end. */
function numberText(number: Pick<NumberLiteral, 'numerator' | 'denominator'>): string {
  const value = fractionOf(number);
  return `${value.s < 0n ? '-' : ''}${exactText(value.abs())}`;
}
