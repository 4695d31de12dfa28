import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { localFiles } from '../../../../runtime/data/sources/local-files.ts';
import { dataFolder } from '../../../support/data-folder.ts';

const names = (paths: readonly string[], folder: string) =>
  localFiles(paths, folder, 'dataset `web`').map((each) => each.name);

test('globs give files in the order of their bytes, each once', () => {
  const folder = dataFolder({ 'd/b.txt': 'b', 'd/a.txt': 'a', 'd/é.txt': 'e', 'd/Z.txt': 'z', 'd/sub/c.txt': 'c' });
  expect(names(['d/*.txt', 'd/a.txt', './d//a.txt'], folder)).toEqual(['d/Z.txt', 'd/a.txt', 'd/b.txt', 'd/é.txt']);
  expect(names(['**/*.txt'], folder)).toEqual(['d/Z.txt', 'd/a.txt', 'd/b.txt', 'd/sub/c.txt', 'd/é.txt']);
  expect(names(['*/sub/c.*'], folder)).toEqual(['d/sub/c.txt']);
});

test('a name with glob characters is itself where the file exists', () => {
  const folder = dataFolder({ 'data[1].txt': 'x', 'data1.txt': 'y' });
  expect(names(['data[1].txt'], folder)).toEqual(['data[1].txt']);
});

test('sizes and places are those of the file', () => {
  const folder = dataFolder({ 'a.txt': 'four' });
  expect(localFiles(['a.txt'], folder, 'x')).toMatchObject([{ name: 'a.txt', bytes: 4 }]);
});

test.each([
  ['/etc/passwd', /dataset `web`: the path `\/etc\/passwd` is absolute/],
  ['C:\\data\\a.txt', /is absolute/],
  ['../other/a.txt', /leaves the recipe's folder/],
  ['d/../../a.txt', /leaves the recipe's folder/],
  ['d', /`d` is a folder/],
  ['nothing.txt', /no file `nothing.txt`/],
  ['d/*.jsonl', /no file matches `d\/\*\.jsonl`/],
  ['nowhere/*.txt', /no file matches/],
])('%s is refused', (written, message) => {
  const folder = dataFolder({ 'd/a.txt': 'a' });
  expect(() => names([written], folder)).toThrow(message);
});

test('a link stays inside the folder or is refused, also as a folder', () => {
  const outside = dataFolder({ 'secret.txt': 's' });
  const folder = dataFolder({ 'd/a.txt': 'a' });
  symlinkSync(path.join(folder, 'd/a.txt'), path.join(folder, 'd/inside.txt'));
  symlinkSync(path.join(outside, 'secret.txt'), path.join(folder, 'd/out.txt'));
  symlinkSync(outside, path.join(folder, 'linked'));
  expect(names(['d/inside.txt'], folder)).toEqual(['d/inside.txt']);
  expect(() => names(['d/out.txt'], folder)).toThrow(/`d\/out.txt` is a link that leaves the recipe's folder/);
  expect(() => names(['d/*.txt'], folder)).toThrow(/is a link/);
  expect(() => names(['linked/*.txt'], folder)).toThrow(/`linked` is a link that leaves the recipe's folder/);
  expect(() => names(['linked/nothing-*'], folder)).toThrow(/`linked` is a link/);
  expect(names(['**/a.txt'], folder)).toEqual(['d/a.txt']);
});

test('a link in a circle ends', () => {
  const folder = dataFolder({ 'd/a.txt': 'a' });
  symlinkSync(folder, path.join(folder, 'd/again'));
  expect(names(['**/a.txt'], folder)).toEqual(['d/a.txt']);
});
