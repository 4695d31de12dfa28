import Fraction from 'fraction.js';
import type { Expression, vocabulary } from '../../grammar/index.ts';
import * as values from '../diagnostics/catalogue/values.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import { dimensionWords, printQuantity } from '../quantity/print-quantity.ts';
import type { Dimension, Quantity } from '../quantity/quantity.ts';
import type { ValueContext } from './value-context.ts';

/** Gives a bare number its dimension, and holds a quantity against the dimensions and bounds of its place. */
export function fitQuantity(
  quantity: Quantity,
  type: vocabulary.QuantityType,
  name: string,
  expression: Expression,
  context: ValueContext,
): Quantity | null {
  const dimension = fittingDimension(quantity, type);
  if (dimension === null) {
    reportDimension(quantity, type, name, expression, context);
    return null;
  }
  const fitted = { ...quantity, dimension };
  return isWithinBounds(fitted, type, name, expression, context) ? fitted : null;
}

function fittingDimension(quantity: Quantity, type: vocabulary.QuantityType): Dimension | null {
  if (type.dimensions.includes(quantity.dimension)) return quantity.dimension;
  return quantity.dimension === 'number' ? type.bare : null;
}

function reportDimension(
  quantity: Quantity,
  type: vocabulary.QuantityType,
  name: string,
  expression: Expression,
  { collector }: ValueContext,
): void {
  if (quantity.dimension === 'number') {
    const readings = type.dimensions.map((dimension) => readingOf(quantity.amount, dimension));
    collector.add(diagnose(values.unitRequired, expression.span, { name, readings }));
    return;
  }
  const wanted = type.dimensions.map(dimensionWords);
  const found = dimensionWords(quantity.dimension);
  collector.add(diagnose(values.wrongDimension, expression.span, { name, wanted, found }));
}

/** A bare number as it would be written with a unit: 0.4 read as a part is `40%`. */
function readingOf(amount: Fraction, dimension: Dimension): string {
  // To be copied into the file, where a number has no thousands separators.
  if (dimension !== 'part') return printQuantity({ amount, dimension }).replaceAll(',', '');
  return printQuantity({ amount: amount.lt(1) ? amount : amount.div(100), dimension });
}

function isWithinBounds(
  quantity: Quantity,
  type: vocabulary.QuantityType,
  name: string,
  expression: Expression,
  { collector }: ValueContext,
): boolean {
  if (type.whole && quantity.amount.d !== 1n) {
    collector.add(diagnose(values.notWhole, expression.span, { name, value: printQuantity(quantity) }));
    return false;
  }
  const least = boundOf(type.least);
  const most = boundOf(type.most);
  const tooSmall = type.least.exclusive ? quantity.amount.lte(least) : quantity.amount.lt(least);
  const tooLarge = type.most.exclusive ? quantity.amount.gte(most) : quantity.amount.gt(most);
  if (!tooSmall && !tooLarge) return true;
  const bound = tooSmall ? type.least : type.most;
  const data = {
    name,
    value: printQuantity(quantity),
    limit: boundText(tooSmall ? least : most, quantity.dimension),
    side: tooSmall ? ('least' as const) : ('most' as const),
    exclusive: bound.exclusive,
  };
  collector.add(diagnose(values.outOfBounds, expression.span, data));
  return false;
}

function boundOf(bound: vocabulary.Bound): Fraction {
  return new Fraction(bound.value);
}

/** "at least 1 token", "at most 5 tokens". */
function boundText(limit: Fraction, dimension: Dimension): string {
  return printQuantity({ amount: limit, dimension }).replace(/^1 (\w+)s$/, '1 $1');
}
