import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/generate.ts';
import { define as defineRun } from '../../../cli/commands/run.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';
import { tinyRecipeFolder } from '../../support/tiny-recipe.ts';

const cwd = tinyRecipeFolder();
const env = { SMOL_CACHE: mkdtempSync(join(tmpdir(), 'smol-cache-')) };

beforeAll(async () => {
  const context = recordedContext({ cwd, env });
  expect(await runCommand(defineRun, ['sparrow.smol', '--engine', 'wasm'], context)).toBe(0);
}, 60_000);

async function generate(...words: string[]) {
  const parts: string[] = [];
  const context = recordedContext({ cwd, env, out: (text) => parts.push(text) });
  const exitCode = await runCommand(define, ['--engine', 'wasm', ...words], context);
  return { exitCode, parts, text: parts.join(''), stderr: context.stderr() };
}

describe('smol generate', () => {
  test('writes text as it comes; equal seeds write equal text', async () => {
    const prompt = ['runs/sparrow', '--prompt', 'The whale', '--temperature', '1', '--top-p', '1'];
    const first = await generate(...prompt, '--seed', '5');
    expect(first.exitCode).toBe(0);
    expect(first.parts.length).toBeGreaterThan(3);
    expect(first.text).not.toBe('\n');
    expect((await generate(...prompt, '--seed', '5')).text).toBe(first.text);
    expect((await generate(...prompt, '--seed', '6')).text).not.toBe(first.text);
  });

  test('ends at the context, and json says why and how many tokens', async () => {
    const { text } = await generate('runs/sparrow', '--prompt', 'The whale', '--format', 'json', '--temperature', '1');
    const document = JSON.parse(text);
    expect(document).toMatchObject({ run: 'runs/sparrow', step: 60, prompt: 'The whale', seed: 0, temperature: 1 });
    expect(['context', 'end_of_text']).toContain(document.ended);
    if (document.ended === 'context') expect(document.prompt_tokens + document.tokens).toBe(16);
    const short = await generate(
      'runs/sparrow',
      '--prompt',
      'The',
      '--max-tokens',
      '2',
      '--format',
      'json',
      '--temperature',
      '20',
    );
    expect(JSON.parse(short.text)).toMatchObject({ tokens: 2, ended: 'max_tokens' });
  });

  test('an empty prompt begins a document, and a file is read like an option', async () => {
    writeFileSync(join(cwd, 'prompt.txt'), 'The whale\n');
    const [fromFile, fromOption] = [
      await generate('runs/sparrow', '--prompt-file', 'prompt.txt'),
      await generate('runs/sparrow', '--prompt', 'The whale'),
    ];
    expect(fromFile.text).toBe(fromOption.text);
    expect((await generate('runs/sparrow', '--prompt', '')).exitCode).toBe(0);
  });

  test('takes the checkpoint that is asked for, by step or by its folder', async () => {
    const byStep = await generate('runs/sparrow', '--checkpoint', '50', '--prompt', 'The', '--format', 'json');
    const byFolder = await generate('runs/sparrow/checkpoints/step-00000050', '--prompt', 'The', '--format', 'json');
    expect(JSON.parse(byStep.text).step).toBe(50);
    expect(JSON.parse(byFolder.text).text).toBe(JSON.parse(byStep.text).text);
  });

  test('says what is wrong with its input', async () => {
    const refused = (...words: string[]) => expect(generate(...words)).rejects;
    await refused('runs/none', '--prompt', 'x').toThrow('is not there');
    await refused('.', '--prompt', 'x').toThrow('is neither a run folder nor a checkpoint in one');
    await refused('runs/sparrow', '--checkpoint', '7', '--prompt', 'x').toMatchObject({
      message: expect.stringContaining('has no checkpoint of step 7'),
      help: 'it has those of steps 50, 60',
    });
    await refused('runs/sparrow', '--prompt', 'one two three four five six seven eight nine ten '.repeat(5)).toThrow(
      /the prompt has \d+ tokens, and the model's context of 16 leaves no place/,
    );
    for (const [option, value] of [
      ['--temperature', '-1'],
      ['--top-p', '1.5'],
      ['--max-tokens', '0'],
      ['--seed', 'x'],
    ] as const) {
      await refused('runs/sparrow', '--prompt', 'x', option, value).toMatchObject({ exitCode: 2 });
    }
    await refused('runs/sparrow', '--prompt-file', 'none.txt').toThrow('cannot be read: it is not there');
  });

  test('passes over a damaged checkpoint and says so', async () => {
    const own = tinyRecipeFolder();
    const context = recordedContext({ cwd: own, env });
    await runCommand(defineRun, ['sparrow.smol', '--engine', 'wasm', '--steps', '20'], context);
    rmSync(join(own, 'runs/sparrow/checkpoints/step-00000020/parameters.safetensors'));
    const { text, stderr } = await generate(join(own, 'runs/sparrow'), '--prompt', 'The', '--format', 'json');
    expect(JSON.parse(text).step).toBe(10);
    expect(stderr).toContain('checkpoint of step 20 was skipped: parameters.safetensors is missing');
  });
});
