import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadTokenizer } from '../../../runtime/data/tokenizer/load-tokenizer.ts';
import { examplesFolder } from '../../support/data-plan.ts';

const data = path.join(examplesFolder, 'data');
const script = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../scripts/data/${name}`, import.meta.url)), 'utf8');
const sha256 = (name: string) =>
  createHash('sha256')
    .update(readFileSync(path.join(data, name)))
    .digest('hex');
const files = ['speeches/addresses.jsonl', 'novel/moby-dick.jsonl', 'code/python-standard-library.jsonl'] as const;
type Row = { text: string; title: string; year: number; part: number; file: string };
const rowsOf = (name: string): readonly Row[] =>
  readFileSync(path.join(data, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

test.each(files)('%s is what its script makes, each row with text and where it comes from', (name) => {
  expect(script('make-example-data.mjs')).toContain(`'${name}': '${sha256(name)}'`);
  const rows = rowsOf(name);
  for (const row of rows) {
    expect(Object.keys(row)).toEqual(['text', 'title', 'year', 'part', 'file']);
    expect(row.text.trim()).not.toBe('');
  }
  expect(new Set(rows.map((row) => row.text)).size).toBe(rows.length);
  expect(readFileSync(path.join(data, 'LICENSES.md'), 'utf8')).toContain(`\`${name}\` (${rows.length} rows,`);
});

test('the tokenizer is what its script makes, in the shape it describes', () => {
  expect(script('train-tokenizer.py')).toContain(sha256('tokenizer.json'));
  const { added_tokens, model } = JSON.parse(readFileSync(path.join(data, 'tokenizer.json'), 'utf8'));
  expect(Object.keys(model.vocab)).toHaveLength(4096);
  expect(added_tokens.map((token: { id: number; content: string }) => [token.id, token.content])).toEqual([
    [0, '<|endoftext|>'],
    [1, '<|im_start|>'],
    [2, '<|im_end|>'],
  ]);
});

test('every row of the data comes back from its tokens, fewer than half as many as its bytes', async () => {
  const tokenizer = loadTokenizer({ kind: 'local', paths: ['data/tokenizer.json'] }, examplesFolder);
  for (const name of files) {
    const texts = rowsOf(name)
      .map((row) => row.text)
      .slice(0, 40);
    const encoded = await tokenizer.encodeBatch(texts);
    for (const [index, tokens] of encoded.entries()) {
      expect(await tokenizer.decode([...tokens])).toBe(texts[index]);
      expect(tokens.length).toBeLessThan(Buffer.byteLength(texts[index]!) / 2);
    }
  }
});

test('code is shipped with its licence, and mentions no other', () => {
  expect(readFileSync(path.join(data, 'code/LICENSE-PSF.txt'), 'utf8')).toContain('PYTHON SOFTWARE FOUNDATION LICENSE');
  for (const row of rowsOf(files[2])) expect(row.text).not.toMatch(/copyright|licen[sc]e/i);
});
