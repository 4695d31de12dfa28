import type { Expression, List, Operand, Predicate } from '../../grammar/index.ts';
import * as data from '../diagnostics/catalogue/data.ts';
import * as steps from '../diagnostics/catalogue/steps.ts';
import * as values from '../diagnostics/catalogue/values.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import { compilePattern } from '../plan/row-pattern.ts';
import { dimensionWords, printExact } from '../quantity/print-quantity.ts';
import { checkKinds } from './check-kinds.ts';
import { describeExpression } from './describe-expression.ts';
import { evaluateQuantity, fractionOf } from './evaluate-quantity.ts';
import { constantOf } from './read-condition.ts';
import type { ValueContext } from './value-context.ts';

/** Units that a column can be counted in; others have no meaning for a row. */
const rowDimensions: readonly string[] = ['number', 'part', 'tokens', 'rows'];

/** Above it, rows do not hold every whole number: 2^53. */
const exactNumbers = 2n ** 53n;

/** Holds the numbers, patterns and kinds of a step's condition against what rows can have. */
export function checkPredicate(predicate: Predicate, context: ValueContext): void {
  checkCondition(predicate, false, context);
}

/** `isCounted`: the condition says what a count counts. */
function checkCondition(predicate: Predicate, isCounted: boolean, context: ValueContext): void {
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
        for (const operand of [next.left, next.right]) checkOperand(operand, isCounted, context);
        checkKinds(next, context.collector);
        break;
      case 'in':
        checkOperand(next.left, isCounted, context);
        checkKinds(next, context.collector);
        checkList(next.list, context);
        break;
      case 'matches':
        checkOperand(next.left, isCounted, context);
        checkKinds(next, context.collector);
        checkPattern(next.pattern.value, next.pattern.span, context);
        break;
    }
  }
}

function checkOperand(operand: Operand, isCounted: boolean, context: ValueContext): void {
  if (operand.kind === 'count') {
    if (isCounted) context.collector.add(diagnose(steps.nestedCount, operand.span, {}));
    else checkCondition(operand.where, true, context);
  }
  checkSize(operand, context);
  if (operand.kind !== 'quantity' || operand.unit === null) return;
  const quantity = evaluateQuantity(operand, context);
  if (quantity === null || rowDimensions.includes(quantity.dimension)) return;
  const wanted = ['a number without a unit', dimensionWords('tokens')];
  const found = dimensionWords(quantity.dimension);
  context.collector.add(diagnose(values.wrongDimension, operand.span, { name: 'a condition', wanted, found }));
}

/** Numbers of rows are floating point: what is too large for them cannot be told from its neighbours. */
function checkSize(expression: Expression | Operand, { collector }: Pick<ValueContext, 'collector'>): void {
  if (expression.kind !== 'quantity') return;
  const { numerator, denominator } = expression.number;
  const size = numerator < 0n ? -numerator : numerator;
  if (size <= exactNumbers * denominator) return;
  const value = printExact(fractionOf(expression.number));
  collector.add(diagnose(steps.roundedNumber, expression.span, { value }));
}

function checkPattern(pattern: string, span: Predicate['span'], { collector }: ValueContext): void {
  const compiled = compilePattern(pattern);
  if (typeof compiled === 'string') collector.add(diagnose(data.wrongPattern, span, { fault: compiled }));
}

/** What a column is looked for among are values: a name or a calculation is none. */
function checkList({ items }: List, { collector }: ValueContext): void {
  const wanted = 'a number, a text, `true` or `false` in the list';
  for (const item of items) {
    checkSize(item, { collector });
    if (constantOf(item) !== null) continue;
    collector.add(diagnose(values.wrongForm, item.span, { wanted, found: describeExpression(item) }));
  }
}
