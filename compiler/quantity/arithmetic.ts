import type Fraction from 'fraction.js';
import type { Dimension, Quantity } from './quantity.ts';

/** Why an operation has no result. */
export type ArithmeticProblem =
  | { readonly problem: 'unlike'; readonly left: Dimension; readonly right: Dimension }
  | { readonly problem: 'two-units'; readonly left: Dimension; readonly right: Dimension }
  | { readonly problem: 'division-by-zero' }
  | { readonly problem: 'too-large' };

/** Digits that a numerator or denominator may have: far beyond any recipe, and few enough that no file can stall us. */
const mostDigits = 40;
const limit = 10n ** BigInt(mostDigits);

/**
 * Exact arithmetic with dimensions: `+` and `-` need equal ones (a bare number beside tokens is one of tokens, as a
 * bare position is; beside steps or any other unit it could be either, and is refused), `*` takes at most one side with a dimension, `/` divides by a bare number.
 */
export function calculate(
  operator: '+' | '-' | '*' | '/',
  left: Quantity,
  right: Quantity,
): Quantity | ArithmeticProblem {
  const result = operator === '+' || operator === '-' ? sum(operator, left, right) : product(operator, left, right);
  return 'problem' in result || isBounded(result.amount) ? result : { problem: 'too-large' };
}

/** Whether a number is small enough to go on calculating with. */
export function isBounded(amount: Fraction): boolean {
  return amount.n < limit && amount.d < limit;
}

function sum(operator: '+' | '-', left: Quantity, right: Quantity): Quantity | ArithmeticProblem {
  const dimension = commonDimension(left.dimension, right.dimension);
  if (dimension === null) return { problem: 'unlike', left: left.dimension, right: right.dimension };
  const amount = operator === '+' ? left.amount.add(right.amount) : left.amount.sub(right.amount);
  return { kind: 'quantity', amount, dimension, bare: left.bare && right.bare };
}

function commonDimension(left: Dimension, right: Dimension): Dimension | null {
  if (left === right) return left;
  const isBareBesideTokens = (left === 'number' && right === 'tokens') || (left === 'tokens' && right === 'number');
  return isBareBesideTokens ? 'tokens' : null;
}

function product(operator: '*' | '/', left: Quantity, right: Quantity): Quantity | ArithmeticProblem {
  const unlike = right.dimension !== 'number' && (operator === '/' || left.dimension !== 'number');
  if (unlike) return { problem: 'two-units', left: left.dimension, right: right.dimension };
  if (operator === '/' && right.amount.n === 0n) return { problem: 'division-by-zero' };
  const amount = operator === '*' ? left.amount.mul(right.amount) : left.amount.div(right.amount);
  const dimension = left.dimension === 'number' ? right.dimension : left.dimension;
  return { kind: 'quantity', amount, dimension, bare: dimension === 'number' };
}
