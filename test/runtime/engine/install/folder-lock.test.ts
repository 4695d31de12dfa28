import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../../../runtime/engine/install/folder-lock.ts';

let lock = '';

beforeEach(() => {
  lock = path.join(mkdtempSync(path.join(tmpdir(), 'smol-lock-test-')), 'engine', 'lock');
});

afterEach(() => {
  rmSync(path.dirname(path.dirname(lock)), { recursive: true, force: true });
});

test('two holders never work at the same time', async () => {
  let working = 0;
  let most = 0;
  const waited: string[] = [];
  const work = async () => {
    working++;
    most = Math.max(most, working);
    await sleep(30);
    working--;
  };
  await Promise.all([1, 2, 3].map(() => withLock(lock, work, { onWait: (holder) => waited.push(holder) })));
  expect(most).toBe(1);
  expect(waited.length).toBe(2);
  expect(waited[0]).toBe(`${process.pid} ${hostname()}`);
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a process that has ended is taken over', async () => {
  await withLock(lock, async () => undefined);
  writeFileSync(lock, `999999999 ${hostname()}\n`);
  expect(await withLock(lock, async () => 'done')).toBe('done');
});

test('the lock of a failed holder is free', async () => {
  await expect(withLock(lock, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(lock, async () => 1)).toBe(1);
});

test('waiting can be interrupted', async () => {
  await withLock(lock, async () => {
    const signal = AbortSignal.timeout(20);
    await expect(withLock(lock, async () => 1, { signal })).rejects.toThrow();
  });
});
