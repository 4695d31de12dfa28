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
