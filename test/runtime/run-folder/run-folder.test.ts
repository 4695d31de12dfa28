import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { createNextRunFolder, createRunFolderAt, listRunFolders } from '../../../runtime/run-folder/run-folder.ts';

test('a recipe gets its name, then the next free number; the newest comes first', () => {
  const runs = join(mkdtempSync(join(tmpdir(), 'smol-runs-')), 'runs');
  const names = [1, 2, 3].map(() => basename(createNextRunFolder(runs, 'quickstart').path));
  expect(names).toEqual(['quickstart', 'quickstart-2', 'quickstart-3']);
  for (const other of ['quickstart_2', 'quickstart-01', 'quickstart-x', 'quick', 'quickstart-1']) {
    mkdirSync(join(runs, other));
  }
  mkdirSync(join(runs, 'quickstart-10'));
  const listed = listRunFolders(runs, 'quickstart').map(({ path }) => basename(path));
  expect(listed).toEqual(['quickstart-10', 'quickstart-3', 'quickstart-2', 'quickstart']);
});

test('a folder that was asked for must be empty', () => {
  const folder = mkdtempSync(join(tmpdir(), 'smol-run-'));
  expect(createRunFolderAt(folder).path).toBe(folder);
  writeFileSync(join(folder, 'mine.txt'), '');
  expect(() => createRunFolderAt(folder)).toThrow('is not empty');
});

test('where no folder can be made, a run says so and ends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'smol-run-'));
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const words = 'cannot be made: a file stands where a folder belongs';
  for (const path of [file, join(file, 'a', 'b')]) {
    expect(() => createRunFolderAt(path)).toThrow(words);
    expect(() => createNextRunFolder(path, 'quickstart')).toThrow(words);
  }
  expect(createRunFolderAt(join(folder, 'a', 'b')).path).toBe(join(folder, 'a', 'b'));
});

// Node's own recursive mkdir does not come back from there.
test.skipIf(process.platform !== 'linux')('a system that has no folders to make refuses a run at once', () => {
  const words = /^the run folder `\/proc\/x[^`]*` cannot be made: no /;
  for (const path of ['/proc/x', '/proc/x/y']) {
    expect(() => createRunFolderAt(path)).toThrow(words);
    expect(() => createNextRunFolder(path, 'quickstart')).toThrow(words);
  }
});
