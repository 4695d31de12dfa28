import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/evaluate.ts';
import { define as defineRun } from '../../../cli/commands/run.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { firstCommit, hubServer, secondCommit } from '../../support/hub-server.ts';
import { tinyRecipeFolder } from '../../support/tiny-recipe.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/parquet');
const cwd = tinyRecipeFolder();
const env = { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) };
const rows = Array.from({ length: 12 }, (_, i) => ({ q: `Year ${i}`, options: ['was good', 'a whale'], right: i % 2 }));

beforeAll(async () => {
  writeFileSync(join(cwd, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const task = { kind: 'cloze', data: { local: 'rows.jsonl' }, question: '{q}', choices: 'options', answer: 'right' };
  writeFileSync(join(cwd, 'years.json'), JSON.stringify(task));
  writeFileSync(join(cwd, 'whales.yaml'), 'kind: perplexity\ndata: { local: novel.jsonl }\n');
  writeFileSync(
    join(cwd, 'written.json'),
    JSON.stringify({ ...task, kind: 'generate', answer: 'options', choices: undefined, max_tokens: 4 }),
  );
  const context = recordedContext({ cwd, env });
  expect(await runCommand(defineRun, ['sparrow.smol', '--engine', 'wasm'], context)).toBe(0);
}, 60_000);

async function evaluate(...words: string[]) {
  const context = recordedContext({ cwd, env });
  const exitCode = await runCommand(define, [...words, '--engine', 'wasm'], context);
  return { exitCode, text: context.stdout(), stderr: context.stderr() };
}

describe('smol evaluate', () => {
  test('shows the metric that counts with its error, within 80 columns', async () => {
    const { exitCode, text } = await evaluate('runs/sparrow', '--task', 'years.json', 'whales.yaml', 'written.json');
    expect(exitCode).toBe(0);
    expect(text).toMatch(/^runs\/sparrow, step 60 {2}\(67,888 parameters\)/);
    expect(text).toMatch(/^years +0 +12 {2}accuracy\/characters +0\.\d{4} {2}± 0\.\d{4}$/m);
    expect(text).toMatch(/^whales +- +14 {2}perplexity\/tokens +\d+(\.\d+)? {2}± \d/m);
    expect(text).toMatch(/^written +0 +12 {2}exact_match\/text +0\.0000/m);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('json is the same each time, holds all settings, and compares with its like only', async () => {
    const first = await evaluate('runs/sparrow', '--task', 'years.json', '--shots', '1', '--format', 'json');
    const again = await evaluate('runs/sparrow', '--task', 'years.json', '--shots', '1', '--format', 'json');
    expect(again.text).toBe(first.text);
    const [result] = JSON.parse(first.text).results;
    expect(result.settings).toMatchObject({
      shots: 1,
      seed: 0,
      normalizer: 'characters',
      formulation: 'cf',
      limit: null,
    });
    expect(result.settings.data).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(result.metrics)).toEqual([
      'accuracy/bytes',
      'accuracy/characters',
      'accuracy/none',
      'accuracy/tokens',
    ]);
    const other = await evaluate('runs/sparrow', '--task', 'years.json', '--step', '50', '--format', 'json');
    writeFileSync(join(cwd, 'a.json'), first.text);
    writeFileSync(join(cwd, 'b.json'), other.text);
    const same = await evaluate('compare', 'a.json', 'a.json');
    expect(same).toMatchObject({ exitCode: 0, text: expect.stringContaining('no difference beyond the error') });
    const refused = await evaluate('compare', 'a.json', 'b.json');
    expect(refused.exitCode).toBe(1);
    await expect(evaluate('compare', 'runs/sparrow', 'a.json')).rejects.toThrow('has no results of evaluations');
    expect(refused.text).toContain(
      'not compared: the settings differ\n    seed: 0 in A, null in B\n    shots: 1 in A, 0 in B',
    );
  });

  test('says what is wrong with a task', async () => {
    const refused = (...words: string[]) => expect(evaluate('runs/sparrow', '--task', ...words)).rejects;
    await refused('nothing.json').toThrow('there is no task file `nothing.json`');
    await refused('unknown').toThrow('there is no task `unknown`');
    await refused('needle').toThrow("a length of 512 tokens is beyond the model's context of 16");
    writeFileSync(
      join(cwd, 'bad.json'),
      JSON.stringify({ kind: 'cloze', data: { local: '../x.jsonl' }, quetsion: '' }),
    );
    await refused('bad.json').toThrow('`bad.json` is not a task: ');
    writeFileSync(join(cwd, 'outside.json'), JSON.stringify({ kind: 'perplexity', data: { local: '../x.jsonl' } }));
    await refused('outside.json').toThrow("leaves the recipe's folder");
    writeFileSync(join(cwd, 'broken.jsonl'), '{"text": "x"}\n{"text": \n');
    writeFileSync(join(cwd, 'broken.json'), JSON.stringify({ kind: 'perplexity', data: { local: 'broken.jsonl' } }));
    await refused('broken.json').toThrow('task `broken`: `broken.jsonl:2` is not valid JSON');
    await refused('years.json', '--shots', '12').toThrow('12 shots were asked for, and there are 11 rows');
    await expect(evaluate('runs/sparrow')).rejects.toThrow('no task was named');
  });

  test('a shipped task takes its rows from a file', async () => {
    const endings = rows.map(({ q, options, right }) =>
      JSON.stringify({ ctx: q, endings: options, label: String(right) }),
    );
    writeFileSync(join(cwd, 'h.jsonl'), endings.join('\n'));
    const { text } = await evaluate('runs/sparrow', '--task', 'hellaswag', '--data', 'h.jsonl', '--format', 'json');
    expect(JSON.parse(text).results[0]).toMatchObject({ task: 'hellaswag', items: 12, primary: 'accuracy/characters' });
    expect(readFileSync(join(cwd, 'h.jsonl'), 'utf8')).toBe(endings.join('\n'));
  });

  test('a Hugging Face folder and the `.gguf` file of its weights are measured alike', async () => {
    const models = join(import.meta.dirname, '../../fixtures');
    const results = [];
    for (const place of ['hugging-face/tied', 'gguf/tied.gguf']) {
      const { text } = await evaluate(join(models, place), '--task', 'years.json', 'written.json', '--format', 'json');
      const document = JSON.parse(text);
      expect(document.model).toMatchObject({ step: null, plan: null });
      results.push(document.results);
    }
    const [folder, gguf] = results;
    expect(gguf[0]).toMatchObject({ items: 12, settings: folder[0].settings });
    // The file's weights are rounded to its types: answers that are far apart stay so.
    const { value } = gguf[0].metrics['accuracy/characters'];
    expect(Math.abs(value - folder[0].metrics['accuracy/characters'].value)).toBeLessThan(0.2);
    expect(gguf[1]).toMatchObject({ items: 12, primary: 'exact_match/text' });
    await expect(evaluate(join(models, 'gguf/tied.gguf'), '--task', 'years.json', '--step', '3')).rejects.toThrow(
      'is a model without steps',
    );
  });

  test('rows on the hub are fetched once, and the result names their commit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'smol-hub-'));
    copyFileSync(join(fixtures, 'zstd.parquet'), join(folder, 'test.parquet'));
    copyFileSync(join(fixtures, 'none.parquet'), join(folder, 'train.parquet'));
    const server = await hubServer(folder);
    const hub = {
      ...env,
      SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')),
      HF_ENDPOINT: server.access.address!,
      HF_HUB_CACHE: join(folder, 'hub'),
    };
    const data = { hf: 'team/tiny', split: 'test' };
    const asked = { kind: 'cloze', question: '{question}', choices: 'choices.text', answer: 'answerKey' };
    const write = (task: object) => writeFileSync(join(cwd, 'hub.json'), JSON.stringify({ ...asked, ...task }));
    const measure = async (more: Readonly<Record<string, string>> = {}) => {
      const context = recordedContext({ cwd, env: { ...hub, ...more } });
      const words = ['runs/sparrow', '--task', 'hub.json', '--engine', 'wasm', '--format', 'json'];
      expect(await runCommand(define, words, context)).toBe(0);
      return JSON.parse(context.stdout()).results[0];
    };
    write({ data, examples: { ...data, split: 'train' }, shots: 1 });
    const result = await measure();
    expect(result).toMatchObject({ items: 12, commits: [{ repository: 'team/tiny', commit: firstCommit }] });
    // Of a pinned commit that was fetched nothing is asked again, not even offline; its rows are the same.
    const pinned = { ...data, revision: firstCommit };
    write({ data: pinned, examples: { ...pinned, split: 'train' }, shots: 1 });
    const asks = server.requests.length;
    expect(await measure({ HF_HUB_OFFLINE: '1' })).toEqual(result);
    expect(server.requests).toHaveLength(asks);
    write({ data: { ...pinned, revision: secondCommit } });
    await expect(measure({ HF_HUB_OFFLINE: '1' })).rejects.toThrow('is not in the cache, and the network is off');
    write({ data: { ...data, split: 'validation' } });
    await expect(measure()).rejects.toThrow('dataset `team/tiny` has no file of split `validation`');
  });
});
