import path from 'node:path';
import { expect, test } from 'vitest';
import type { LocalFile } from '../../../../runtime/data/sources/local-files.ts';
import { fileFormat, sourceRows } from '../../../../runtime/data/sources/rows.ts';
import { dataFolder } from '../../../support/data-folder.ts';

function rowsOf(
  name: 'f.jsonl' | 'f.txt',
  content: string | Uint8Array,
  options: { column?: string; limit?: number } = {},
) {
  const folder = dataFolder({ [name]: content });
  const file: LocalFile = { name, path: path.join(folder, name), bytes: 0 };
  const { column = 'text', limit = 10_000 } = options;
  const format = fileFormat(file, 'dataset `web`');
  if (format === 'parquet') throw new Error('no lines');
  return [...sourceRows(file, 0, format, { column, maximumBytes: limit })];
}
const texts = (content: string | Uint8Array) => rowsOf('f.jsonl', content).map((row) => row.text);

test('BOM, CRLF and a missing last line feed make no difference', () => {
  const rows = ['{"text": "one"}', '{"text": "two\\r\\n"}', '{"text": "\u2028three"}'];
  const expected = ['one', 'two\r\n', '\u2028three'];
  expect(texts(`${rows.join('\n')}\n`)).toEqual(expected);
  expect(texts(rows.join('\n'))).toEqual(expected);
  expect(texts(`${rows.join('\r\n')}\r\n`)).toEqual(expected);
  expect(texts(`\uFEFF${rows.join('\n')}\n`)).toEqual(expected);
  expect(texts(`\uFEFF${rows.join('\r\n')}`)).toEqual(expected);
});

test('a BOM is only at the start of a file: elsewhere it is a character, or breaks JSON', () => {
  const rows = rowsOf('f.jsonl', '{"text": "\uFEFFa"}\n\uFEFF{"text": "b"}\n');
  expect(rows.map((row) => row.text)).toEqual(['\uFEFFa', null]);
  expect(rows[1]).toMatchObject({ kind: 'invalid_json', line: 2 });
});

test('extra keys and the order of keys are nothing; lines of white space are no rows', () => {
  expect(texts('{"id": 1, "text": "a", "more": {"text": "no"}}\n\n  \t\r\n{"text": "b", "id": 2}\n\n')).toEqual([
    'a',
    'b',
  ]);
});

test.each([
  ['{"text": ""}', 'empty_text', 'column `text` is empty'],
  ['{"text": " \\n\\t\\u3000"}', 'empty_text', 'column `text` holds only white space'],
  ['{"text": null}', 'column_null', 'column `text` is null'],
  ['{"body": "a", "id": 3}', 'column_missing', 'has no column `text`, only `body`, `id`'],
  ['{}', 'column_missing', 'has no column `text`'],
  ['{"text": 12}', 'column_not_text', 'column `text` is a number, not a string'],
  ['{"text": ["a"]}', 'column_not_text', 'column `text` is an array, not a string'],
  ['{"text": {"a": 1}}', 'column_not_text', 'column `text` is an object, not a string'],
  ['["text"]', 'not_an_object', 'is an array, not an object'],
  ['"text"', 'not_an_object', 'is a string, not an object'],
  ['null', 'not_an_object', 'is null, not an object'],
  ['{"text": "a"', 'invalid_json', 'is not valid JSON'],
  ['{"text": "a\u0000b"}', 'invalid_json', 'is not valid JSON'],
  ['{"text": "half \\ud83d"}', 'lone_surrogate', 'column `text` holds half a character (`\\ud83d`)'],
])('%s is malformed wherever it stands', (row, kind, reason) => {
  for (const [before, after] of [
    ['', '{"text": "z"}\n'],
    ['{"text": "a"}\n', ''],
    ['{"text": "a"}\n', '{"text": "z"}\n'],
  ] as const) {
    const rows = rowsOf('f.jsonl', `${before}${row}\n${after}`);
    const line = before === '' ? 1 : 2;
    expect(rows.find((each) => each.text === null)).toMatchObject({ kind, reason, line });
    expect(rows.filter((each) => each.text !== null)).toHaveLength(rows.length - 1);
  }
});

test('an escaped NUL is a character like others', () => {
  expect(texts('{"text": "a\\u0000b"}')).toEqual(['a\u0000b']);
});

test('a byte that is not UTF-8 is named with its offset in the file', () => {
  const first = Buffer.from('{"text": "good"}\n');
  const bad = Buffer.concat([Buffer.from('{"text": "ab'), Buffer.from([0xff]), Buffer.from('"}\n')]);
  const rows = rowsOf('f.jsonl', Buffer.concat([first, bad, first]));
  expect(rows[1]).toMatchObject({
    kind: 'invalid_utf8',
    line: 2,
    reason: `is not UTF-8: byte 0xff at byte offset ${first.length + 12} of the file`,
  });
  expect(rows[2]).toMatchObject({ text: 'good', line: 3 });
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bad]);
  expect(rowsOf('f.jsonl', marked)[0]).toMatchObject({ reason: expect.stringContaining('byte offset 15 ') });
});

test('a `.txt` is one document, as it is', () => {
  expect(rowsOf('f.txt', '\uFEFFone\r\ntwo\n')).toMatchObject([{ text: 'one\r\ntwo\n', file: 0, line: 1, end: 12 }]);
  expect(rowsOf('f.txt', '')).toMatchObject([{ text: null, kind: 'empty_text', reason: 'the file is empty' }]);
  expect(rowsOf('f.txt', Buffer.from([0x61, 0xff]))).toMatchObject([
    { kind: 'invalid_utf8', reason: 'is not UTF-8: byte 0xff at byte offset 1 of the file' },
  ]);
});

test('a row above the limit is malformed and never read as a whole', () => {
  const rows = rowsOf('f.jsonl', `{"text": "${'x'.repeat(5000)}"}\n{"text": "b"}\n`, { limit: 4000 });
  expect(rows).toMatchObject([
    { kind: 'too_long', line: 1, reason: 'is 5,012 bytes long, above the limit of 4,000: split it into several rows' },
    { text: 'b' },
  ]);
  expect(rowsOf('f.txt', 'x'.repeat(5000), { limit: 4000 })).toMatchObject([{ kind: 'too_long', end: 5000 }]);
});

test('another column, also one that objects inherit', () => {
  expect(rowsOf('f.jsonl', '{"body": "a"}', { column: 'body' })).toMatchObject([{ text: 'a' }]);
  expect(rowsOf('f.jsonl', '{"a": 1}', { column: 'toString' })).toMatchObject([{ kind: 'column_missing' }]);
  expect(rowsOf('f.jsonl', '{"__proto__": "a"}', { column: '__proto__' })).toMatchObject([{ text: 'a' }]);
});

test('other endings are refused by name', () => {
  const file = { name: 'd/a.csv', path: '', bytes: 0 };
  expect(() => fileFormat(file, 'dataset `web`')).toThrow(
    'dataset `web`: `d/a.csv` is no `.txt`, `.jsonl` or `.parquet` file',
  );
  expect(fileFormat({ ...file, name: 'A.JSONL' }, '')).toBe('jsonl');
});
