import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tinyRecipeFolder } from '../support/tiny-recipe.ts';

const child = join(import.meta.dirname, '../support/run-child.ts');
const env = { ...process.env };
const recipe = ['sparrow.smol', '--engine', 'compiled', '--format', 'json'];

/** Runs `smol run` in a process; kills it as soon as `isTime` says so, looked at every millisecond. */
async function runInProcess(folder: string, words: readonly string[], isTime: () => boolean = () => false) {
  const running = spawn(process.execPath, ['--import', 'tsx', child, folder, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  running.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  running.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const watch = setInterval(() => isTime() && running.kill('SIGKILL'), 1);
  const [exitCode, signal] = await once(running, 'close');
  clearInterval(watch);
  return { exitCode, signal, stdout, stderr };
}

const linesOf = (folder: string) => {
  const path = join(folder, 'runs/sparrow/metrics.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
};
const checkpointNames = (folder: string) => {
  const path = join(folder, 'runs/sparrow/checkpoints');
  return existsSync(path) ? readdirSync(path) : [];
};
/** Files of the last checkpoint with their hashes: the weights and optimizer state, bit for bit. */
const finalFiles = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'runs/sparrow/checkpoints/step-00000060/manifest.json'), 'utf8')).files;

/**
 * Issue 6: train 60 steps; train 25, kill -9, resume to 60. Also with the kill inside a checkpoint write, and after the edge
 * of a stage (step 31), on the compiled engine.
 */
test('a run that is killed and resumed has every loss and the final weights of one that is not', async () => {
  const whole = tinyRecipeFolder();
  expect((await runInProcess(whole, recipe)).exitCode).toBe(0);
  const killed = tinyRecipeFolder();
  const kills = [
    await runInProcess(killed, recipe, () => linesOf(killed) >= 25),
    await runInProcess(killed, [...recipe, '--resume'], () =>
      checkpointNames(killed).some((name) => name.startsWith('.step-00000040')),
    ),
    await runInProcess(killed, [...recipe, '--resume'], () => linesOf(killed) >= 44),
  ];
  expect(kills.map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL']);
  const last = await runInProcess(killed, [...recipe, '--resume']);
  expect(last.exitCode, last.stderr).toBe(0);
  expect(last.stderr).toContain('resumed from step 40');
  for (const name of ['metrics.jsonl', 'held-out.jsonl', 'data.json', 'plan.json']) {
    const [got, expected] = [killed, whole].map((folder) => readFileSync(join(folder, 'runs/sparrow', name), 'utf8'));
    expect(got, name).toBe(expected);
  }
  expect(finalFiles(killed)).toEqual(finalFiles(whole));
}, 240_000);
