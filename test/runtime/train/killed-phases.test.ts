import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPlan } from '../../../runtime/train/run-plan.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { measuredTuningPlan, tuningFolder, writeTask } from '../../support/tuning-plan.ts';

const child = join(import.meta.dirname, '../../support/tuning-run-child.ts');
const recipeFolder = tuningFolder();
writeTask(recipeFolder);
const cacheFolder = mkdtempSync(join(tmpdir(), 'smol-cache-'));
const newFolder = () => mkdtempSync(join(tmpdir(), 'smol-kill-'));

/** Runs in a process of its own, starting or resuming, and kills it once it has announced a place. */
async function runAndKill(folder: string, place: string): Promise<NodeJS.Signals | null> {
  const running = spawn(process.execPath, ['--import', 'tsx', child, recipeFolder, folder, cacheFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  running.stdout.on('data', (data: Buffer) => {
    text += data.toString();
    if (text.includes(`${place};`)) running.kill('SIGKILL');
  });
  await once(running, 'exit');
  return running.signalCode;
}

test('killed in pretraining, extension, fine-tuning, evaluation and preference learning, a run ends as the uninterrupted one', async () => {
  const plan = measuredTuningPlan();
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
  // In the first stage, in the one of longer sequences, in fine-tuning, in the evaluation at its end, in preference learning.
  for (const place of ['step 20', 'step 45', 'step 66', 'evaluating', 'step 79']) {
    expect(await runAndKill(folder, place)).toBe('SIGKILL');
    const measured = existsSync(join(folder, 'evaluations.jsonl'))
      ? readFileSync(join(folder, 'evaluations.jsonl'), 'utf8')
      : '';
    expect(measured === '').toBe(place !== 'step 79');
  }
  const resumed = await runPlan({ ...options, runFolder: folder, resume: true }, fakeEngine());
  expect(resumed.step).toBe(83);
  for (const name of ['metrics.jsonl', 'held-out.jsonl', 'evaluations.jsonl']) {
    expect(readFileSync(join(folder, name), 'utf8')).toBe(readFileSync(join(whole.folder, name), 'utf8'));
  }
  const weights = 'checkpoints/step-00000083/parameters.safetensors';
  expect(readFileSync(join(folder, weights)).equals(readFileSync(join(whole.folder, weights)))).toBe(true);
}, 180_000);
