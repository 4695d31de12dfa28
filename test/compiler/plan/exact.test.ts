import fc from 'fast-check';
import Fraction from 'fraction.js';
import { expect, it } from 'vitest';
import { exactText, roundHalfUp } from '../../../compiler/plan/exact.ts';

it.each([
  ['0.54', '0.54'],
  ['1', '1'],
  ['0', '0'],
  ['1/3', '1/3'],
  ['0.0008', '0.0008'],
  ['7/8', '0.875'],
  ['6/10', '0.6'],
  ['12.5', '12.5'],
])('%s is written %s', (value, text) => expect(exactText(new Fraction(value))).toBe(text));

it('reads back as the same number', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 100_000 }), (n, d) => {
      const value = new Fraction(n, d);
      expect(new Fraction(exactText(value)).equals(value)).toBe(true);
    }),
  );
});

it('rounds ties up', () => {
  expect(['0.5', '1.5', '2.4999', '-0.5', '-0.6'].map((text) => roundHalfUp(new Fraction(text)))).toEqual([
    1, 2, 2, 0, -1,
  ]);
});
