import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DataError } from '../../../runtime/data/data-error.ts';
import { tokenizerFiles } from '../../../runtime/train/tokenizer-files.ts';
import { dataFolder } from '../../support/data-folder.ts';

const filesOf = (folder: string) => tokenizerFiles({ kind: 'local', paths: ['data/tokenizer.json'] }, folder);
const textsOf = (folder: string) =>
  Object.fromEntries(Object.entries(filesOf(folder)).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]));

function faultOf(folder: string): DataError {
  try {
    filesOf(folder);
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error('the files were accepted');
}

test('the tokenizer, and its configuration where there is one', () => {
  expect(textsOf(dataFolder({ 'data/tokenizer.json': 'a' }))).toEqual({ 'tokenizer.json': 'a' });
  const both = dataFolder({ 'data/tokenizer.json': 'a', 'data/tokenizer_config.json': 'b' });
  expect(textsOf(both)).toEqual({ 'tokenizer.json': 'a', 'tokenizer_config.json': 'b' });
});

test('nothing outside the folder is copied through a link', () => {
  const outside = dataFolder({ secret: 's' });
  const folder = dataFolder({ 'data/tokenizer.json': 'a' });
  symlinkSync(path.join(outside, 'secret'), path.join(folder, 'data/tokenizer_config.json'));
  expect(faultOf(folder)).toMatchObject({
    message: "the tokenizer: `data/tokenizer_config.json` is a link that leaves the recipe's folder",
    help: expect.stringContaining('move or copy'),
  });
});

test('a folder and a link to nothing are refused by name', () => {
  const folder = dataFolder({ 'data/tokenizer.json': 'a' });
  mkdirSync(path.join(folder, 'data/tokenizer_config.json'));
  expect(faultOf(folder).message).toBe('the tokenizer: `data/tokenizer_config.json` is a folder');
  const dangling = dataFolder({ 'data/tokenizer.json': 'a' });
  symlinkSync('nowhere', path.join(dangling, 'data/tokenizer_config.json'));
  expect(faultOf(dangling).message).toBe('the tokenizer: there is no file `data/tokenizer_config.json`');
});
