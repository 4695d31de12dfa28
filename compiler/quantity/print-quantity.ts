import Fraction from 'fraction.js';
import { vocabulary } from '../../grammar/index.ts';
import type { Dimension, Quantity } from './quantity.ts';

const suffixes: readonly (readonly [string, bigint])[] = [
  ['T', 10n ** 12n],
  ['B', 10n ** 9n],
  ['M', 10n ** 6n],
  ['k', 10n ** 3n],
];
/** Longest decimal that is shown as one; what is longer, or never ends, is shown as a fraction. */
const mostDecimals = 30;

/** An exact number as plain decimal text (`0.08`), or as a fraction (`1/3`) where no short decimal is exact. */
export function printExact(amount: Fraction): string {
  const scaled = amount.mul(10n ** BigInt(mostDecimals));
  if (scaled.d !== 1n) return amount.toFraction();
  const sign = amount.s < 0n ? '-' : '';
  const digits = scaled.n.toString().padStart(mostDecimals + 1, '0');
  const decimals = digits.slice(-mostDecimals).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -mostDecimals)}${decimals && `.${decimals}`}`;
}

/** An exact count the way a recipe writes it: `11T`, `10.925T`, `500k`; `2,097,152` where a suffix would not make it short. */
export function printCount(amount: Fraction): string {
  if (amount.d !== 1n) return printExact(amount);
  const sign = amount.s < 0n ? '-' : '';
  for (const [suffix, size] of suffixes) {
    const short = new Fraction(amount.n, size);
    const isShort = suffix === 'k' ? amount.n >= 10_000n && short.d === 1n : short.mul(1000n).d === 1n;
    if (amount.n >= size && isShort) return `${sign}${printExact(short)}${suffix}`;
  }
  return sign + amount.n.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A share or position as a percentage: `60%`, `0.08%`, `33 1/3%` as `100/3%`. */
export function printPercent(part: Fraction): string {
  return `${printExact(part.mul(100))}%`;
}

/** A quantity with its unit, as a recipe would write it. */
export function printQuantity(quantity: Pick<Quantity, 'amount' | 'dimension'>): string {
  if (quantity.dimension === 'part') return printPercent(quantity.amount);
  return `${printCount(quantity.amount)}${vocabulary.unitSuffix(quantity.dimension)}`;
}

/** What a dimension is called in a message: "tokens", "a part (%)", "a number without a unit". */
export function dimensionWords(dimension: Dimension): string {
  if (dimension === 'number') return 'a number without a unit';
  return dimension === 'part' ? 'a part (%)' : `a number of ${dimension.replaceAll('_', ' ')}`;
}
