import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

// Benches are run by hand and seldom: these are the ones that compile recipes by themselves, as no test of the compiler does.
it.each([
  ['bench/train/overhead.ts', ['5'], /[\d.]+ ms a step over 5 steps/],
  ['bench/planning.mjs', ['--rounds', '1'], /\| plan in process \| [\d.]+ \|/],
])(
  '%s runs',
  (file, words, wanted) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', file, ...words], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).not.toContain('Error:');
    expect(status).toBe(0);
    expect(stdout).toMatch(wanted);
  },
  120_000,
);
