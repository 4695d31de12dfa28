import Fraction from 'fraction.js';
import type { Quantity as WrittenQuantity } from '../../grammar/index.ts';
import { type Binary, type Expression, type Reference, vocabulary } from '../../grammar/index.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import * as values from '../diagnostics/catalogue/values.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import { calculate } from '../quantity/arithmetic.ts';
import { dimensionWords } from '../quantity/print-quantity.ts';
import type { Dimension, Quantity } from '../quantity/quantity.ts';
import { describeExpression } from './describe-expression.ts';
import { proposeNames } from './propose-names.ts';
import { replaceNameFix } from './replace-name.fix.ts';
import type { ValueContext } from './value-context.ts';

/** The exact value of an arithmetic expression; null when it has none (a diagnostic says why). */
export function evaluateQuantity(expression: Expression, context: ValueContext): Quantity | null {
  switch (expression.kind) {
    case 'parenthesized':
      return evaluateQuantity(expression.inner, context);
    case 'binary':
      return evaluateBinary(expression, context);
    case 'quantity':
      return evaluateWritten(expression, context);
    case 'percent':
      return bareless(fractionOf(expression.number).div(100), 'part');
    case 'reference':
      return evaluateLet(expression, context);
    default:
      context.collector.add(
        diagnose(values.wrongForm, expression.span, { wanted: 'a number', found: describeExpression(expression) }),
      );
      return null;
  }
}

/** A literal as an exact fraction. */
export function fractionOf(number: { readonly numerator: bigint; readonly denominator: bigint }): Fraction {
  return new Fraction(number.numerator, number.denominator);
}

function bareless(amount: Fraction, dimension: Dimension): Quantity {
  return { kind: 'quantity', amount, dimension, bare: false };
}

/** A chain such as `a + b + c` leans to the left; its length is not bounded by nesting, so it is walked, not recursed into. */
function evaluateBinary(expression: Binary, context: ValueContext): Quantity | null {
  const chain: Binary[] = [];
  let innermost: Expression = expression;
  while (innermost.kind === 'binary') {
    chain.push(innermost);
    innermost = innermost.left;
  }
  let result = evaluateQuantity(innermost, context);
  for (const step of chain.reverse()) {
    const right = evaluateQuantity(step.right, context);
    result = result && right && combine(step, result, right, context);
  }
  return result;
}

function combine(expression: Binary, left: Quantity, right: Quantity, { collector }: ValueContext): Quantity | null {
  const result = calculate(expression.operator, left, right);
  if (!('problem' in result)) return result;
  switch (result.problem) {
    case 'unlike':
    case 'two-units': {
      const row = result.problem === 'unlike' ? values.unlikeDimensions : values.twoUnits;
      const data = {
        operator: expression.operator,
        left: dimensionWords(result.left),
        right: dimensionWords(result.right),
      };
      collector.add(diagnose(row, expression.operatorSpan, data, { related: operandLabels(expression, data) }));
      return null;
    }
    case 'division-by-zero':
      collector.add(diagnose(values.divisionByZero, expression.right.span, {}));
      return null;
    case 'too-large':
      collector.add(diagnose(values.numberTooLarge, expression.span, {}));
      return null;
  }
}

function operandLabels(expression: Binary, data: { left: string; right: string }) {
  return [
    { span: expression.left.span, label: data.left },
    { span: expression.right.span, label: data.right },
  ];
}

function evaluateWritten(written: WrittenQuantity, context: ValueContext): Quantity | null {
  const amount = fractionOf(written.number);
  if (written.unit === null) return { kind: 'quantity', amount, dimension: 'number', bare: true };
  const dimension = unitDimension(written.unit, context);
  if (written.per === null || dimension === null) return dimension === null ? null : bareless(amount, dimension);
  const per = unitDimension(written.per, context);
  if (per === null) return null;
  const compound = vocabulary.compoundDimension(dimension, per);
  if (compound !== null) return bareless(amount, compound);
  const data = { unit: written.unit.text, per: written.per.text };
  context.collector.add(diagnose(values.unknownCompound, written.span, data));
  return null;
}

function unitDimension(unit: { text: string; span: WrittenQuantity['span'] }, context: ValueContext): Dimension | null {
  const row = vocabulary.unitByName(unit.text);
  if (row) return row.dimension;
  const known = vocabulary.units.map((entry) => entry.name);
  const near = proposeNames(unit.text, known);
  const data = { unit: unit.text, near, known };
  context.collector.add(diagnose(values.unknownUnit, unit.span, data, { fix: replaceNameFix(unit.span, near) }));
  return null;
}

function evaluateLet(reference: Reference, context: ValueContext): Quantity | null {
  const name = reference.path.map((part) => part.text).join('.');
  const found = context.lets.get(name);
  if (found !== undefined) return found;
  if (context.incomplete) return null;
  const near = proposeNames(name, context.lets.keys());
  context.collector.add(
    diagnose(
      names.unknownName,
      reference.span,
      { name, wanted: 'a let with a number', near },
      { fix: replaceNameFix(reference.span, near) },
    ),
  );
  return null;
}
