import type { Operand, Predicate } from '../../grammar/index.ts';
import * as data from '../diagnostics/catalogue/data.ts';
import * as values from '../diagnostics/catalogue/values.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import { dimensionWords } from '../quantity/print-quantity.ts';
import { evaluateQuantity } from './evaluate-quantity.ts';
import type { ValueContext } from './value-context.ts';

/** Units that a column can be counted in; others have no meaning for a row. */
const rowDimensions: readonly string[] = ['number', 'part', 'tokens', 'rows'];

/** Holds the numbers and patterns of a step's condition against what rows can have. */
export function checkPredicate(predicate: Predicate, context: ValueContext): void {
  const open = [predicate];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    switch (next.kind) {
      case 'or':
      case 'and':
        open.push(...next.terms.toReversed());
        break;
      case 'not':
        open.push(next.inner);
        break;
      case 'compare':
        for (const operand of [next.left, next.right]) checkOperand(operand, context);
        break;
      case 'in':
        checkOperand(next.left, context);
        break;
      case 'matches':
        checkOperand(next.left, context);
        checkPattern(next.pattern.value, next.pattern.span, context);
        break;
    }
  }
}

function checkOperand(operand: Operand, context: ValueContext): void {
  if (operand.kind === 'count') checkPredicate(operand.where, context);
  if (operand.kind !== 'quantity' || operand.unit === null) return;
  const quantity = evaluateQuantity(operand, context);
  if (quantity === null || rowDimensions.includes(quantity.dimension)) return;
  const wanted = ['a number without a unit', dimensionWords('tokens')];
  const found = dimensionWords(quantity.dimension);
  context.collector.add(diagnose(values.wrongDimension, operand.span, { name: 'a condition', wanted, found }));
}

/** References to groups and looking around cannot run in linear time. */
const beyondLinear = /\\[1-9]|\\k<|\(\?<?[=!]/;

function checkPattern(pattern: string, span: Predicate['span'], { collector }: ValueContext): void {
  const fault = patternFault(pattern);
  if (fault !== null) collector.add(diagnose(data.wrongPattern, span, { fault }));
}

function patternFault(pattern: string): string | null {
  // An escaped backslash is no part of what follows it.
  if (beyondLinear.test(pattern.replaceAll('\\\\', ''))) return 'it refers to a group or looks around';
  try {
    new RegExp(pattern, 'u');
    return null;
  } catch {
    return 'it is no regular expression';
  }
}
