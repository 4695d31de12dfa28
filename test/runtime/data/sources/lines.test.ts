import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileLines } from '../../../../runtime/data/sources/lines.ts';
import { addFiles, dataFolder } from '../../../support/data-folder.ts';

const linesOf = (folder: string, chunkBytes: number, maximumBytes = 1000) =>
  [...fileLines(path.join(folder, 'f'), { maximumBytes, chunkBytes })].map((line) => ({
    ...line,
    bytes: line.bytes === null ? null : line.bytes.toString('latin1'),
  }));

test('lines end at line feeds alone, for any content and any chunk size', () => {
  const folder = dataFolder();
  const content = fc.array(fc.constantFrom('a', 'bc', '\n', '\n\n', '\r\n', '\u0085', '\f'), { maxLength: 40 });
  fc.assert(
    fc.property(content, fc.integer({ min: 1, max: 9 }), (parts, chunkBytes) => {
      const text = parts.join('');
      addFiles(folder, { f: Buffer.from(text, 'latin1') });
      const expected = text.split('\n');
      if (expected.at(-1) === '') expected.pop();
      const lines = linesOf(folder, chunkBytes);
      expect(lines.map((line) => line.bytes)).toEqual(expected);
      expect(lines.map((line) => line.number)).toEqual(expected.map((_, index) => index + 1));
      for (const line of lines) {
        expect(text.slice(line.offset, line.offset + line.length)).toBe(line.bytes);
      }
    }),
  );
});

test('a line above the limit is passed over, and the next one is whole', () => {
  const folder = dataFolder({ f: `short\n${'x'.repeat(500)}\nlast` });
  const lines = linesOf(folder, 16, 100);
  expect(lines.map((line) => [line.number, line.length, line.bytes])).toEqual([
    [1, 5, 'short'],
    [2, 500, null],
    [3, 4, 'last'],
  ]);
});

test('U+2028, U+2029 and U+0085 are characters of a line', () => {
  const folder = dataFolder({ f: 'a\u2028b\u2029c\u0085d\n' });
  expect(linesOf(folder, 4)).toHaveLength(1);
});
