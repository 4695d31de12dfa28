import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readYamlNumber } from '../../../compiler/import/yaml-number.ts';
import { printExact } from '../../../compiler/quantity/print-quantity.ts';

const read = (text: string, quoted = false) => {
  const span = { file: 'a.yaml', start: 0, end: text.length };
  const number = readYamlNumber({ kind: 'scalar', text, quoted, span });
  return typeof number === 'string' ? number : `${printExact(number.value)}${number.isText ? ' (text)' : ''}`;
};

it.each([
  ['2.0e-05', '0.00002'],
  ['.00002', '0.00002'],
  ['2.e-5', '0.00002'],
  ['1_000', '1000'],
  ['0', '0'],
  ['-3', '-3'],
  ['+1.5', '1.5'],
  ['1.0e+3', '1000'],
])('%s is a number to YAML 1.1', (text, value) => {
  expect(read(text)).toBe(value);
  expect(read(text, true)).toBe(`${value} (text)`);
});

it.each([
  ['2e-5', '0.00002 (text)'],
  ['2E-5', '0.00002 (text)'],
  ['1e3', '1000 (text)'],
  ['2.0e5', '200000 (text)'],
  ['+.5', '0.5 (text)'],
  ['089', '89 (text)'],
])('%s means a number, and is a text to YAML 1.1', (text, value) => {
  expect(read(text)).toBe(value);
});

it.each(['010', '0x10', '0b11', '1:30', '-07'])('%s is counted in another base by YAML 1.1', (text) => {
  expect(read(text)).toBe('other base');
});

it.each(['', 'many', '.', 'e5', '1e', '1.2.3', '.inf', '.nan', 'true', '1 000', '1,000', '--1', '٣'])(
  '`%s` is no number',
  (text) => {
    expect(read(text)).toBe('no number');
  },
);

it.each(['1e999999999', '1e-999999999', `1${'0'.repeat(50)}`])('%s is beyond all bounds, and takes no time', (text) => {
  expect(read(text)).toBe('size');
});

it('any float is read exactly, as JavaScript prints it', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-50, max: 1e50, noNaN: true }), (value) => {
      const span = { file: 'a.yaml', start: 0, end: 0 };
      const number = readYamlNumber({ kind: 'scalar', text: String(value), quoted: false, span });
      if (typeof number === 'string') throw new Error(number);
      // The fraction is exact; turning it into a float may round twice.
      expect(Math.abs(number.value.valueOf() / value - 1)).toBeLessThan(1e-15);
    }),
  );
});
