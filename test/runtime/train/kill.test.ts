import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeRun } from '../../support/fake-run.ts';

const child = join(import.meta.dirname, '../../support/fake-run-child.ts');
const newFolder = () => mkdtempSync(join(tmpdir(), 'smol-kill-'));

/** Runs in a process of its own and kills it `delay` ms after it announced its first step; true when it was still running. */
async function runAndKill(folder: string, delay: number): Promise<boolean> {
  const running = spawn(process.execPath, ['--import', 'tsx', child, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  await new Promise<void>((resolve) => {
    running.stdout.on('data', (data: Buffer) => {
      text += data.toString();
      if (text.includes('step ')) resolve();
    });
    running.on('exit', () => resolve());
  });
  await new Promise((resolve) => setTimeout(resolve, delay));
  running.kill('SIGKILL');
  if (running.exitCode === null && running.signalCode === null) await once(running, 'exit');
  return running.signalCode === 'SIGKILL';
}

test('killed again and again at any moment, saves included, a run ends as the uninterrupted one', async () => {
  const whole = newFolder();
  const uninterrupted = await fakeRun(whole);
  const folder = newFolder();
  let kills = 0;
  for (const delay of [0, 5, 12, 25]) {
    if (await runAndKill(folder, delay)) kills++;
  }
  expect(kills).toBeGreaterThan(1);
  const resumed = await fakeRun(folder);
  expect(resumed.skipped).toEqual([]);
  expect(resumed.stateHash).toBe(uninterrupted.stateHash);
  for (const file of ['metrics.jsonl', 'held-out.jsonl']) {
    expect(readFileSync(join(folder, file), 'utf8')).toBe(readFileSync(join(whole, file), 'utf8'));
  }
  expect(existsSync(join(folder, '.rehearsal'))).toBe(false);
}, 60_000);
