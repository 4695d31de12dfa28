import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstInvalidUtf8 } from '../../../../runtime/data/sources/utf8.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test.each([
  ['61 ff 62', 1],
  ['c3 a9 c0 80', 2],
  ['e0 80 80', 0],
  ['61 ed a0 80', 1],
  ['f4 90 80 80', 0],
  ['f0 8f 80 80', 0],
  ['61 62 e2 82', 2],
  ['80', 0],
  ['f5 80 80 80', 0],
  ['f0 9f 92 a9', -1],
  ['ed 9f bf ee 80 80', -1],
  ['', -1],
])('%s', (hex, index) => {
  expect(firstInvalidUtf8(bytes(hex))).toBe(index);
});

test('agrees with the platform on any bytes, and all before the index is valid', () => {
  const likely = fc.constantFrom(0x41, 0x80, 0xa0, 0xbf, 0xc2, 0xe0, 0xe2, 0xed, 0xf0, 0xf4, 0x90, 0x9f);
  const byte = fc.oneof(likely, fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 12 }), (values) => {
      const sample = Buffer.from(values);
      const index = firstInvalidUtf8(sample);
      expect(index === -1).toBe(isUtf8(sample));
      if (index >= 0) expect(isUtf8(sample.subarray(0, index))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
