import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runInProcess } from '../support/run-in-process.ts';
import { tinyRecipeFolder } from '../support/tiny-recipe.ts';

const recipe = ['sparrow.smol', '--engine', 'compiled', '--format', 'json'];

const namesIn = (folder: string) => readdirSync(join(folder, 'runs/sparrow/checkpoints')).sort();
/** Files of the last checkpoint with their hashes: the weights and optimizer state, bit for bit. */
const finalFiles = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'runs/sparrow/checkpoints/step-00000060/manifest.json'), 'utf8')).files;

/**
 * Issue 6: train 60 steps; train 25, kill -9, resume to 60. Also with the kill inside a checkpoint write, and after the edge
 * of a stage (step 31), on the compiled engine.
 */
test('a run that is killed and resumed has every loss and the final weights of one that is not', async () => {
  const whole = tinyRecipeFolder();
  expect((await runInProcess(whole, 'never', recipe)).exitCode).toBe(0);
  const killed = tinyRecipeFolder();
  const resume = [...recipe, '--resume'];
  expect(await runInProcess(killed, 'step:25', recipe)).toMatchObject({ signal: 'SIGKILL' });
  const second = await runInProcess(killed, 'checkpoint:40', resume);
  expect(second).toMatchObject({ signal: 'SIGKILL', stderr: expect.stringContaining('resumed from step 20') });
  expect(namesIn(killed)).toEqual(['.step-00000040.tmp', 'step-00000020', 'step-00000030']);
  const third = await runInProcess(killed, 'step:44', resume);
  expect(third).toMatchObject({ signal: 'SIGKILL', stderr: expect.stringContaining('resumed from step 30') });
  const last = await runInProcess(killed, 'never', resume);
  expect(last.exitCode, last.stderr).toBe(0);
  expect(last.stderr).toContain('resumed from step 40');
  expect(namesIn(killed)).toEqual(namesIn(whole));
  for (const name of ['metrics.jsonl', 'held-out.jsonl', 'data.json', 'plan.json']) {
    const [got, expected] = [killed, whole].map((folder) => readFileSync(join(folder, 'runs/sparrow', name), 'utf8'));
    expect(got, name).toBe(expected);
  }
  expect(finalFiles(killed)).toEqual(finalFiles(whole));
}, 240_000);
