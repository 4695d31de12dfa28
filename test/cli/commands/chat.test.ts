import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { define } from '../../../cli/commands/chat.ts';
import { define as defineGenerate } from '../../../cli/commands/generate.ts';
import { recordedContext, runCommand } from '../../support/command-context.ts';

const cwd = join(import.meta.dirname, '../../fixtures');

async function chat(...words: string[]) {
  const context = recordedContext({ cwd });
  const exitCode = await runCommand(define, ['--engine', 'wasm', '--context', '96', ...words], context);
  return { exitCode, stdout: context.stdout() };
}

describe('smol chat', () => {
  test.each(['hugging-face/tied', 'gguf/tied.gguf'])('answers a message with %s, equally each time', async (model) => {
    const words = [model, '--message', 'hi', '--max-tokens', '8', '--temperature', '1', '--seed', '3'];
    const { exitCode, stdout } = await chat(...words, '--format', 'json');
    expect(exitCode).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ model, message: 'hi' });
    expect(document.tokens).toBeLessThanOrEqual(8);
    expect((await chat(...words)).stdout).toBe(`${document.text}\n`);
  });

  test('a system turn is part of what the model reads', async () => {
    const tokens = async (...words: string[]) =>
      JSON.parse(
        (await chat('hugging-face/tied', '--message', 'hi', '--max-tokens', '1', '--format', 'json', ...words)).stdout,
      ).prompt_tokens;
    expect(await tokens('--system', 'be brief')).toBe((await tokens()) + '\u0001system\nbe brief\u0001\n'.length);
  });

  test('says what is wrong with its input', async () => {
    const refused = (...words: string[]) => expect(chat(...words)).rejects;
    await refused('hugging-face/tied', '--message', ' ').toThrow('the message is empty');
    await refused('hugging-face/none', '--message', 'x').toThrow('is not there');
    await refused('hugging-face/tied', '--message', 'x'.repeat(200)).toThrow('leaves no place for an answer');
    await refused('hugging-face/tied', '--message', 'x', '--checkpoint', '3').toThrow('a model without steps');
    await refused('hugging-face/tied', '--message', 'x', '--context', '0').toThrow('--context');
  });

  test('smol generate continues a text with such models too', async () => {
    const context = recordedContext({ cwd });
    const words = ['gguf/tied.gguf', '--engine', 'wasm', '--prompt', 'a', '--max-tokens', '3', '--format', 'json'];
    expect(await runCommand(defineGenerate, words, context)).toBe(0);
    expect(JSON.parse(context.stdout())).toMatchObject({ run: 'gguf/tied.gguf', step: null, prompt_tokens: 1 });
  });
});
