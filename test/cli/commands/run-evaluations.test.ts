import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define as evaluate } from '../../../cli/commands/evaluate.ts';
import { define } from '../../../cli/commands/run.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { tinyRecipe, tinyRecipeFolder } from '../../support/tiny-recipe.ts';

const env = { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) };
const points = 'at = [early.start, early.end, 45 steps, pretrain.end]';
const tasks = 'tasks = [cloze("tasks/years.json"), perplexity("tasks/whales.yaml", name = "whales")]';

/** A folder with the tiny recipe, two tasks and an evaluation with these further lines. */
function folderWith(...lines: readonly string[]): string {
  const block = `evaluate base {\n${[points, tasks, ...lines].join('\n')}\n}\n`;
  const folder = tinyRecipeFolder((recipe) => recipe.replace('profile tiny', `${block}\nprofile tiny`));
  const rows = Array.from({ length: 8 }, (_, i) => ({
    q: `Year ${i}`,
    options: ['was good', 'a whale'],
    right: i % 2,
  }));
  const task = { kind: 'choice', data: { local: 'rows.jsonl' }, question: '{q}', choices: 'options', answer: 'right' };
  const jsonl = (all: readonly object[]) => all.map((row) => `${JSON.stringify(row)}\n`).join('');
  const write = (name: string, text: string) => writeFileSync(join(folder, 'tasks', name), text);
  spawnSync('mkdir', [join(folder, 'tasks')]);
  write('rows.jsonl', jsonl(rows));
  write('years.json', JSON.stringify(task));
  write('whales.yaml', 'kind: perplexity\ndata: { local: prose.jsonl }\n');
  write(
    'prose.jsonl',
    jsonl([{ text: 'The whale number 3 rose from the grey sea, and the captain saw it.' }, { text: 'A whale.' }]),
  );
  return folder;
}

async function run(cwd: string, words: readonly string[] = [], interrupted = new AbortController().signal) {
  const context = recordedContext({ cwd, env, interrupted });
  const exitCode = await runCommand(define, ['sparrow.smol', '--engine', 'wasm', ...words], context);
  return { exitCode, stdout: context.stdout(), stderr: context.stderr() };
}

const record = (folder: string) => readFileSync(join(folder, 'runs/sparrow/evaluations.jsonl'), 'utf8');
const linesOf = (folder: string) =>
  record(folder)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the evaluations of a run', () => {
  test('are taken at their points, shown, and recorded with their settings', async () => {
    const folder = folderWith('expect whales < 1 at early.end else warn');
    const { exitCode, stdout, stderr } = await run(folder);
    expect(exitCode).toBe(0);
    const lines = linesOf(folder);
    expect(lines.map(({ step, at, task }) => `${step} ${at} ${task}`)).toEqual([
      '0 early.start years',
      '0 early.start whales',
      '30 early.end years',
      '30 early.end whales',
      '45 45 steps years',
      '45 45 steps whales',
      '60 pretrain.end years',
      '60 pretrain.end whales',
    ]);
    const compared = recordedContext({ cwd: folder, env });
    expect(await runCommand(evaluate, ['compare', 'runs/sparrow', 'runs/sparrow', '--format', 'json'], compared)).toBe(
      0,
    );
    expect(JSON.parse(compared.stdout())).toMatchObject([
      { task: 'years', comparable: true, difference: 0 },
      { task: 'whales', comparable: true, difference: 0 },
    ]);
    expect(lines[2]).toMatchObject({
      evaluation: 'base',
      settings: { kind: 'cloze', formulation: 'cf', shots: 0 },
      items: 8,
    });
    const losses = lines.filter(({ task }) => task === 'whales').map(({ metrics }) => metrics.loss.value);
    expect(losses[3]).toBeLessThan(losses[0]);
    expect(stderr).toMatch(/^evaluated years at early.end \(step 30\) {2}accuracy\/characters 0\.\d{4} ± 0\.\d{4}$/m);
    expect(stderr).toMatch(/^warning: evaluation `base`: expect whales < 1 at early.end \(step 30\), and it is \d/m);
    expect(stdout).toMatch(/^ {2}whales {2}perplexity\/tokens$/m);
    const table = stdout.slice(stdout.indexOf('evaluation '), stdout.indexOf('in the manner of'));
    expect(table.split('\n').length).toBeGreaterThan(10);
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  }, 60_000);

  test('killed in the middle of a point, a resumed run has each of them once, and the same', async () => {
    const whole = folderWith();
    expect((await run(whole)).exitCode).toBe(0);
    const killed = folderWith();
    const child = join(import.meta.dirname, '../../support/run-child.ts');
    const words = ['--import', 'tsx', child, killed, 'evaluation:30', 'sparrow.smol', '--engine', 'wasm'];
    expect(spawnSync(process.execPath, words, { env: { ...process.env, ...env } }).signal).toBe('SIGKILL');
    expect(linesOf(killed).length).toBe(3);
    expect((await run(killed, ['--resume'])).exitCode).toBe(0);
    expect(record(killed)).toBe(record(whole));
  }, 120_000);

  test('interrupted in the middle of the last point, the rest of it is measured when the run goes on', async () => {
    const folder = folderWith();
    const stopper = new AbortController();
    const context = recordedContext({
      cwd: folder,
      env,
      interrupted: stopper.signal,
      err: (text) => {
        if (text.includes('evaluated years at pretrain.end')) stopper.abort();
      },
    });
    expect(await runCommand(define, ['sparrow.smol', '--engine', 'wasm'], context)).toBe(130);
    expect(linesOf(folder).length).toBe(7);
    expect((await run(folder, ['--resume'])).exitCode).toBe(0);
    expect(linesOf(folder).length).toBe(8);
    expect(linesOf(folder)[7]).toMatchObject({ step: 60, task: 'whales' });
  }, 60_000);

  test('stop the run with exit 4 where the recipe says so, again on resume, until the recipe allows it', async () => {
    const stop = 'expect whales < 1 at early.end else stop';
    const folder = folderWith(stop);
    const first = await run(folder);
    expect(first.exitCode).toBe(4);
    expect(first.stderr).toMatch(/^the run stops: evaluation `base`: expect whales < 1 at early.end \(step 30\)/m);
    expect(first.stdout).toContain('stopped at step 30 of 60');
    expect((await run(folder, ['--resume'])).exitCode).toBe(4);
    expect(linesOf(folder).length).toBe(4);
    const recipe = join(folder, 'sparrow.smol');
    writeFileSync(recipe, readFileSync(recipe, 'utf8').replace(stop, stop.replace('stop', 'warn')));
    expect((await run(folder, ['--resume'])).exitCode).toBe(0);
    expect(linesOf(folder).length).toBe(8);
  }, 60_000);

  test('are refused before anything starts where a task cannot be measured', async () => {
    const refused = (change: (recipe: string) => string) => {
      const folder = folderWith();
      const path = join(folder, 'sparrow.smol');
      writeFileSync(path, change(readFileSync(path, 'utf8')));
      return expect(run(folder)).rejects;
    };
    await refused((text) => text.replace('"tasks/years.json"', '"tasks/none.json"')).toThrow(
      'there is no file `tasks/none.json`',
    );
    await refused((text) => text.replace('cloze(', 'generate(')).toThrow(
      'is of kind `choice`, and is asked for as `generate`',
    );
    expect(tinyRecipe).not.toContain('evaluate');
  });
});
