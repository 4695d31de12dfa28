import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DefineCommand } from '../../../cli/command.ts';
import { define as check } from '../../../cli/commands/check.ts';
import { define as compile } from '../../../cli/commands/compile.ts';
import { define as lock } from '../../../cli/commands/lock.ts';
import { define as plan } from '../../../cli/commands/plan.ts';
import { define as run } from '../../../cli/commands/run.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { tinyRecipeFolder } from '../../support/tiny-recipe.ts';

const env = { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) };
const train = ['sparrow.smol', '--engine', 'wasm', '--steps', '1'];

async function smol(define: DefineCommand, cwd: string, words: readonly string[]) {
  const context = recordedContext({ cwd, env });
  const exitCode = await runCommand(define, words, context);
  return { exitCode, stdout: context.stdout(), stderr: context.stderr() };
}

/** A folder whose recipe has been locked, and the lock. */
async function lockedFolder() {
  const folder = tinyRecipeFolder();
  const { exitCode, stderr } = await smol(lock, folder, ['sparrow.smol']);
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('wrote sparrow.smol.lock: 2 of 2 plans, 3 datasets')]);
  const path = join(folder, 'sparrow.smol.lock');
  return { folder, path, text: readFileSync(path, 'utf8') };
}

function editRecipe(folder: string, from: string, to: string): void {
  const path = join(folder, 'sparrow.smol');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

describe('smol lock', () => {
  test('gives the plan the sizes of its data, and is the same every time', async () => {
    const { folder, text } = await lockedFolder();
    const { profiles } = JSON.parse(text);
    const document = JSON.parse((await smol(plan, folder, ['sparrow.smol', '--format', 'json'])).stdout);
    expect(profiles[0].plan).toBe(document.hash);
    for (const { id, size_tokens, size_rows, epochs } of document.datasets) {
      const counted = profiles[0].datasets.find((dataset: { id: string }) => dataset.id === id);
      expect([size_tokens, size_rows]).toEqual([counted.tokens, counted.rows]);
      expect(Number(epochs)).toBeGreaterThan(0);
    }
    await smol(lock, folder, ['sparrow.smol']);
    expect(readFileSync(join(folder, 'sparrow.smol.lock'), 'utf8')).toBe(text);
  });

  test('a run that matches it starts', async () => {
    const { folder } = await lockedFolder();
    expect(await smol(run, folder, train)).toMatchObject({ exitCode: 0 });
  });

  test('a run of a changed recipe, tokenizer or dataset is refused; --set is a change on purpose', async () => {
    const { folder } = await lockedFolder();
    await expect(smol(run, folder, [...train, '--set', 'seed=8'])).resolves.toMatchObject({ exitCode: 0 });
    editRecipe(folder, 'seed = 7', 'seed = 8');
    await expect(smol(run, folder, train)).rejects.toThrow('`sparrow.smol` no longer matches `sparrow.smol.lock`');
    editRecipe(folder, 'seed = 8', 'seed = 7');
    appendFileSync(join(folder, 'novel.jsonl'), '{"text": "One more row of the sea."}\n');
    await expect(smol(run, folder, train)).rejects.toThrow(
      /dataset `novel` no longer matches `sparrow.smol.lock`: it has/,
    );
    appendFileSync(join(folder, 'tokenizer.json'), '\n');
    await expect(smol(run, folder, train)).rejects.toThrow('the tokenizer no longer matches `sparrow.smol.lock`');
  });

  test('a chat template beside the tokenizer is held to it, and an older lock holds none', async () => {
    const folder = tinyRecipeFolder();
    const template = join(folder, 'chat_template.jinja');
    writeFileSync(template, '{{ messages }}');
    await smol(lock, folder, ['sparrow.smol']);
    const path = join(folder, 'sparrow.smol.lock');
    const { profiles } = JSON.parse(readFileSync(path, 'utf8'));
    expect(profiles[0].chat.template).toBe(createHash('sha256').update('{{ messages }}').digest('hex'));
    writeFileSync(template, '{{ bos_token }}');
    await expect(smol(run, folder, train)).rejects.toThrow(
      'the `chat_template.jinja` beside the tokenizer no longer matches `sparrow.smol.lock`: it has another content',
    );
    rmSync(template);
    await expect(smol(run, folder, train)).rejects.toThrow('it is gone');
    const older = profiles.map(({ chat: _, ...profile }: { chat: unknown }) => profile);
    writeFileSync(path, JSON.stringify({ lock_version: 1, profiles: older }));
    expect(await smol(run, folder, train)).toMatchObject({ exitCode: 0 });
  });

  test('a program for another trainer is not written from a recipe that has changed', async () => {
    const { folder } = await lockedFolder();
    editRecipe(folder, 'seed = 7', 'seed = 8');
    const words = (target: string) => ['sparrow.smol', '--target', target, '-o', 'out'];
    await expect(smol(compile, folder, words('typescript'))).rejects.toThrow('no longer matches `sparrow.smol.lock`');
    expect(await smol(compile, folder, words('plan'))).toMatchObject({ exitCode: 0 });
  });

  test('the locked plan is the one that the counted sizes give', async () => {
    const folder = tinyRecipeFolder();
    const rule = 'domain = novel, size = 400k tokens, repeat = 3 epochs, on_exhaustion = stop';
    editRecipe(folder, 'domain = novel', rule);
    expect(await smol(lock, folder, ['sparrow.smol'])).toMatchObject({ exitCode: 0 });
    const { profiles } = JSON.parse(readFileSync(join(folder, 'sparrow.smol.lock'), 'utf8'));
    const document = JSON.parse((await smol(plan, folder, ['sparrow.smol', '--format', 'json'])).stdout);
    expect(profiles[0].plan).toBe(document.hash);
    const novel = document.datasets.find(({ name }: { name: string }) => name === 'novel');
    expect(novel.size_tokens).toBe(profiles[0].datasets.find(({ id }: { id: string }) => id === novel.id).tokens);
    expect(await smol(run, folder, train)).toMatchObject({ exitCode: 0 });
  });

  test('what cannot be read is said, and the rest is written', async () => {
    const folder = tinyRecipeFolder();
    appendFileSync(
      join(folder, 'sparrow.smol'),
      '\nprofile elsewhere { dataset novel { source = local("nowhere.jsonl") } }\n',
    );
    const { exitCode, stderr } = await smol(lock, folder, ['sparrow.smol']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('not locked: profile `elsewhere`: ');
    expect(stderr).toContain('nowhere.jsonl');
    expect(stderr).toContain('wrote sparrow.smol.lock: 2 of 3 plans');
    const again = await smol(lock, folder, ['sparrow.smol', '--profile', 'elsewhere']);
    expect(again.exitCode).toBe(3);
    expect(JSON.parse(readFileSync(join(folder, 'sparrow.smol.lock'), 'utf8')).profiles).toHaveLength(2);
    writeFileSync(join(folder, 'nowhere.jsonl'), '{"text": NaN}\n');
    const malformed = await smol(lock, folder, ['sparrow.smol', '--profile', 'elsewhere']);
    expect(malformed.stderr).toContain('all 1 are malformed\n  nowhere.jsonl:1: is not valid JSON\n  = help: ');
  });

  test('a stated size is compared with the counted one, and a damaged lock is an error', async () => {
    const { folder, path } = await lockedFolder();
    rmSync(path);
    editRecipe(folder, 'domain = novel', 'domain = novel, size = 5M tokens');
    await smol(lock, folder, ['sparrow.smol']);
    expect((await smol(check, folder, ['sparrow.smol'])).stdout).toContain('SM6401');
    writeFileSync(path, '<<<<<<< ours\n');
    expect(await smol(check, folder, ['sparrow.smol'])).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('SM6402'),
    });
  });
});
