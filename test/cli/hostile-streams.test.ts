import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

function smol(words: readonly string[], readsMessages: boolean): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  let stderr = '';
  if (readsMessages) child.stderr.on('data', (part) => (stderr += String(part)));
  else child.stderr.destroy();
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })));
}

test('a command goes on when nobody reads its messages any more', async () => {
  expect(await smol(['check', 'missing.smol'], false)).toMatchObject({ code: 1 });
}, 40_000);

test.runIf(existsSync('/dev/zero'))(
  'a recipe that never ends is refused',
  async () => {
    const { code, stderr } = await smol(['check', '/dev/zero'], true);
    expect(stderr).toContain('too large to be a recipe');
    expect(code).toBe(1);
  },
  40_000,
);
