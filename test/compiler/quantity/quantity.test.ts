import fc from 'fast-check';
import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import { evaluateQuantity } from '../../../compiler/bind/evaluate-quantity.ts';
import { parseExpression } from '../../../compiler/bind/parse-expression.ts';
import { DiagnosticCollector } from '../../../compiler/diagnostics/collector.ts';
import { calculate } from '../../../compiler/quantity/arithmetic.ts';
import { printCount, printExact, printPercent, printQuantity } from '../../../compiler/quantity/print-quantity.ts';
import type { Dimension, Quantity } from '../../../compiler/quantity/quantity.ts';

function evaluated(text: string): string {
  const collector = new DiagnosticCollector();
  const { expression } = parseExpression(text, 'main.smol');
  const quantity = evaluateQuantity(expression!, { collector, lets: new Map(), incomplete: false });
  return quantity
    ? `${quantity.amount.toFraction()} ${quantity.dimension}`
    : collector
        .all()
        .map(({ code }) => code)
        .join();
}

const of = (amount: Fraction, dimension: Dimension): Quantity => ({ kind: 'quantity', amount, dimension, bare: false });
const fraction = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 6n }))
  .map(([numerator, denominator]) => new Fraction(numerator, denominator));

describe('exact quantities', () => {
  it.each([
    ['11T - 75B', '10925000000000 number'],
    ['(11T - 75B) / 4', '2731250000000 number'],
    ['5e-4', '1/2000 number'],
    ['0.1 + 0.2', '3/10 number'],
    ['10%', '1/10 part'],
    ['2 * 3% + 4%', '1/10 part'],
    ['2000 steps / 3', '2000/3 steps'],
    ['8Ki', '8192 number'],
    ['2.50 usd per gpu_hour', '5/2 usd_per_gpu_hour'],
    ['11T tokens - 75B', '10925000000000 tokens'],
  ])('%s is %s', (text, value) => {
    expect(evaluated(text)).toBe(value);
  });

  it.each([
    ['1 tokens + 1 steps', 'SM2006'],
    ['1M + 5 steps', 'SM2006'],
    ['5 rows - 1', 'SM2006'],
    ['10% + 1', 'SM2006'],
    ['2 tokens * 3 tokens', 'SM2007'],
    ['10 / 2 tokens', 'SM2007'],
    ['1 / (2 - 2)', 'SM2008'],
    ['1T * 1T * 1T * 1T', 'SM2009'],
    ['5 token', 'SM2004'],
    ['1 tokens per steps', 'SM2005'],
    ['"5"', 'SM2001'],
    ['nothing', 'SM1001'],
  ])('%s is %s', (text, code) => {
    expect(evaluated(text)).toBe(code);
  });

  it('adds and takes away without loss', () => {
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        const sum = calculate('+', of(a, 'tokens'), of(b, 'tokens')) as Quantity;
        const back = calculate('-', sum, of(b, 'tokens')) as Quantity;
        expect(back.amount.equals(a) && back.dimension === 'tokens').toBe(true);
      }),
    );
  });

  it('scales and divides without loss, and keeps the unit', () => {
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        fc.pre(b.n !== 0n);
        const scaled = calculate('*', of(a, 'steps'), of(b, 'number')) as Quantity;
        const back = calculate('/', scaled, of(b, 'number')) as Quantity;
        expect(back.amount.equals(a) && back.dimension === 'steps').toBe(true);
      }),
    );
  });

  it('never mixes unlike units', () => {
    const dimensions = fc.constantFrom<Dimension>('part', 'tokens', 'steps', 'sequences', 'rows', 'epochs');
    fc.assert(
      fc.property(dimensions, dimensions, fraction, (left, right, amount) => {
        const sum = calculate('+', of(amount, left), of(amount, right));
        expect('problem' in sum).toBe(left !== right);
        expect('problem' in calculate('*', of(amount, left), of(amount, right))).toBe(true);
      }),
    );
  });
});

describe('quantities in messages', () => {
  it.each([
    [11n * 10n ** 12n, 1n, '11T'],
    [10_925n * 10n ** 9n, 1n, '10.925T'],
    [2_097_152n, 1n, '2,097,152'],
    [2_400_000n, 1n, '2.4M'],
    [500_000n, 1n, '500k'],
    [1024n, 1n, '1,024'],
    [1n, 3n, '1/3'],
    [0n, 1n, '0'],
  ])('%d / %d is %s', (numerator, denominator, text) => {
    expect(printCount(new Fraction(numerator, denominator))).toBe(text);
  });

  it('prints what the language reads back as the same number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.integer({ min: 0, max: 9 }), (digits, places) => {
        const amount = new Fraction(digits, 10n ** BigInt(places));
        expect(evaluated(printExact(amount))).toBe(`${amount.toFraction()} number`);
        expect(evaluated(printPercent(amount.div(1000)))).toBe(`${amount.div(1000).toFraction()} part`);
      }),
    );
    expect(printQuantity(of(new Fraction(5), 'rows'))).toBe('5 rows');
  });
});
