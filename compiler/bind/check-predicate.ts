import type { List, Operand, Predicate } from '../../grammar/index.ts';
import * as data from '../diagnostics/catalogue/data.ts';
import * as values from '../diagnostics/catalogue/values.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import { compilePattern } from '../plan/row-pattern.ts';
import { dimensionWords } from '../quantity/print-quantity.ts';
import { describeExpression } from './describe-expression.ts';
import { evaluateQuantity } from './evaluate-quantity.ts';
import { constantOf } from './read-condition.ts';
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
        checkList(next.list, context);
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

function checkPattern(pattern: string, span: Predicate['span'], { collector }: ValueContext): void {
  const compiled = compilePattern(pattern);
  if (typeof compiled === 'string') collector.add(diagnose(data.wrongPattern, span, { fault: compiled }));
}

/** What a column is looked for among are values: a name or a calculation is none. */
function checkList({ items }: List, { collector }: ValueContext): void {
  const wanted = 'a number, a text, `true` or `false` in the list';
  for (const item of items) {
    if (constantOf(item) !== null) continue;
    collector.add(diagnose(values.wrongForm, item.span, { wanted, found: describeExpression(item) }));
  }
}
