import Fraction from 'fraction.js';
import type { Length, ResolvedShare } from '../../normalize/types.ts';
import { printExact } from '../../quantity/print-quantity.ts';

/** The literals of the long form: every text reads back as exactly the value it is printed from. */

const suffixes = [
  ['T', 10n ** 12n],
  ['B', 10n ** 9n],
  ['M', 10n ** 6n],
] as const;

/** A whole or broken count: `11T`, `10.925T`, `2_097_152`, `1000000 / 3`. */
export function countText(value: Fraction | number): string {
  const amount = new Fraction(value);
  if (amount.d !== 1n) return realText(amount);
  for (const [suffix, size] of suffixes) {
    const short = new Fraction(amount.n, size);
    if (amount.n >= size && short.mul(1000).d === 1n) return printExact(short) + suffix;
  }
  return amount.n < 10_000n ? amount.n.toString() : allDigits(amount.n);
}

/** A whole number of zero or more with all its digits, in groups: `2_048`, `6_000_000_106_496`. */
export function allDigits(count: bigint): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, '_');
}

/** Any number of zero or more: the shortest decimal that is exact (`0.02`, `5e-4`), or a quotient (`1 / 3`). */
export function realText(value: Fraction | number): string {
  const number = value.valueOf();
  if (Number.isSafeInteger(number) && new Fraction(value).d === 1n) return countText(value);
  const shortest = number < 0.005 ? number.toExponential() : String(number).replace('e+', 'e');
  if (typeof value === 'number' || decimalValue(shortest).equals(value)) return shortest;
  const exact = printExact(value);
  return exact.includes('/') ? `${value.n} / ${value.d}` : exact;
}

/** A text in quotes; what a terminal or an editor would obey or reorder by (see `printable`) is an escape. */
export function textLiteral(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The exact value of a decimal with or without an exponent. */
function decimalValue(text: string): Fraction {
  const [mantissa, exponent = '0'] = text.split('e') as [string, string | undefined];
  return new Fraction(mantissa).mul(new Fraction(10).pow(Number(exponent))!);
}

/** A part of one as a percentage: `10%`, `100% / 3`. */
export function percentText(part: Fraction): string {
  const percent = part.mul(100);
  const exact = printExact(percent);
  return exact.includes('/') ? `${percent.n}% / ${percent.d}` : `${exact}%`;
}

/** One end of a stage's range: a number of tokens, in brackets where it takes a quotient. */
export function boundText(position: Fraction): string {
  const text = countText(position);
  return text.includes('/') ? `(${text})` : text;
}

/** A length or position with its unit. */
export function lengthText({ unit, amount }: Length): string {
  if (unit === 'part') return percentText(amount);
  const text = countText(amount);
  const [above, below] = text.split(' / ') as [string, string | undefined];
  return below === undefined ? `${text} ${unit}` : `${above} ${unit} / ${below}`;
}

/**
 * Shares of a group, a line each, and whether the group has to be `normalized`: a share such as 1/3 is no percentage, so all
 * are then whole numbers over their common denominator.
 */
export function shareLines(shares: readonly ResolvedShare[]): {
  readonly normalized: boolean;
  readonly lines: readonly string[];
} {
  const percents = shares.map(({ share }) => printExact(share.mul(100)));
  if (!percents.some((percent) => percent.includes('/'))) {
    return { normalized: false, lines: shares.map(({ dataset }, i) => `${percents[i]!}% ${dataset}`) };
  }
  const common = shares.reduce((multiple, { share }) => leastCommonMultiple(multiple, share.d), 1n);
  const lines = shares.map(({ dataset, share }) => `${(share.n * common) / share.d} ${dataset}`);
  return { normalized: true, lines };
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [large, small] = [a, b];
  while (small !== 0n) [large, small] = [small, large % small];
  return (a / large) * b;
}
