import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockRunFolder } from '../../../runtime/run-folder/folder-lock.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'smol-lock-'));

test('one holder at a time, and the lock leaves nothing behind', () => {
  const folder = newFolder();
  const release = lockRunFolder(folder);
  expect(() => lockRunFolder(folder)).toThrow(`is in use by process ${process.pid}`);
  release();
  expect(readdirSync(folder)).toEqual([]);
  lockRunFolder(folder)();
});

test('a living process keeps others out; a dead one does not', async () => {
  const folder = newFolder();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")']);
  await once(child.stdout, 'data');
  writeFileSync(join(folder, `.lock-${child.pid}`), JSON.stringify({ host: hostname(), started: null }));
  expect(() => lockRunFolder(folder)).toThrow(`is in use by process ${child.pid}`);
  expect(readdirSync(folder)).toEqual([`.lock-${child.pid}`]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockRunFolder(folder)();
  expect(readdirSync(folder)).toEqual([]);
});

test.runIf(process.platform === 'linux')('a later process with the same number is not the holder', () => {
  const folder = newFolder();
  writeFileSync(join(folder, `.lock-${process.ppid}`), JSON.stringify({ host: hostname(), started: '1' }));
  lockRunFolder(folder)();
  expect(readdirSync(folder)).toEqual([]);
});

test('a process of another machine counts as alive, and the help names the file', () => {
  const folder = newFolder();
  writeFileSync(join(folder, '.lock-999999'), JSON.stringify({ host: 'elsewhere', started: null }));
  expect(() => lockRunFolder(folder)).toThrow('999999 on elsewhere');
});
