import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPlan } from '../../../runtime/train/run-plan.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { tuningFolder, tuningPlan } from '../../support/tuning-plan.ts';

const child = join(import.meta.dirname, '../../support/tuning-run-child.ts');
const recipeFolder = tuningFolder();
const cacheFolder = mkdtempSync(join(tmpdir(), 'smol-cache-'));
const newFolder = () => mkdtempSync(join(tmpdir(), 'smol-kill-'));

/** Runs in a process of its own, starting or resuming, and kills it once it has announced a step. */
async function runAndKill(folder: string, step: number): Promise<NodeJS.Signals | null> {
  const running = spawn(process.execPath, ['--import', 'tsx', child, recipeFolder, folder, cacheFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  running.stdout.on('data', (data: Buffer) => {
    text += data.toString();
    if (text.includes(`step ${step};`)) running.kill('SIGKILL');
  });
  await once(running, 'exit');
  return running.signalCode;
}

test('killed in pretraining, fine-tuning and preference learning, a run ends as the uninterrupted one', async () => {
  const plan = tuningPlan();
  const options = {
    plan,
    planText: JSON.stringify(plan),
    recipeFolder,
    runsFolder: newFolder(),
    steps: null,
    cacheFolder,
    version: '0.0.0',
    observe: () => {},
    interrupted: new AbortController().signal,
  };
  const whole = await runPlan({ ...options, runFolder: newFolder(), resume: false }, fakeEngine());
  const folder = newFolder();
  for (const step of [45, 66, 79]) expect(await runAndKill(folder, step)).toBe('SIGKILL');
  const resumed = await runPlan({ ...options, runFolder: folder, resume: true }, fakeEngine());
  expect(resumed.step).toBe(83);
  for (const name of ['metrics.jsonl', 'held-out.jsonl']) {
    expect(readFileSync(join(folder, name), 'utf8')).toBe(readFileSync(join(whole.folder, name), 'utf8'));
  }
  const weights = 'checkpoints/step-00000083/parameters.safetensors';
  expect(readFileSync(join(folder, weights)).equals(readFileSync(join(whole.folder, weights)))).toBe(true);
}, 120_000);
