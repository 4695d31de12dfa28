import { relative, resolve } from 'node:path';
import { Option } from 'commander';
import type { ChatAnswer } from '../../runtime/index.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';
import { readNumber } from '../read-number.ts';
import { readStandardInput } from '../standard-input.ts';

type Options = Readonly<Record<string, unknown>>;

/** `smol chat MODEL`: a conversation at the terminal, or one answer to `--message` or to what is piped in. */
export const define: DefineCommand = (command) => {
  command
    .argument('<model>', 'a run folder or a checkpoint in one, a Hugging Face folder, a .gguf file')
    .option('--message <text>', 'answer this message and end')
    .option('--system <text>', 'the system turn (default: what the chat template writes)')
    .option('--max-tokens <n>', 'tokens of an answer at most', '512')
    .option('--context <n>', 'tokens of a conversation at most', '2048')
    .option('--temperature <x>', '0 takes the likeliest token, 1 the model’s own probabilities', '0.7')
    .option('--top-p <p>', 'draw from the likeliest tokens that together have this probability', '0.95')
    .option('--seed <n>', 'equal seeds give equal answers', '0')
    .option('--checkpoint <step>', 'the checkpoint of this step (default: the newest)')
    .addOption(new Option('--engine <engine>', 'what computes').choices(['auto', 'compiled', 'wasm']).default('auto'))
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'));
  return async (context, [path], options) => {
    const isTalk = options.message === undefined && process.stdin.isTTY === true;
    if (isTalk && options.format === 'json') {
      const help = 'give the message with `--message TEXT`, or pipe it in';
      throw new CommandError('`--format json` is for one answer', { help, exitCode: ExitCode.usage });
    }
    const message = isTalk ? null : await readMessage(options);
    const session = await openSession(context, path!, options);
    try {
      if (message === null) {
        const { talk } = await import('../views/talk.ts');
        return await talk(context, session, { input: process.stdin, output: process.stdout });
      }
      const isText = options.format === 'text';
      const answer = await session.answer(message, isText ? context.out : () => {}, context.interrupted);
      if (isText) context.out('\n');
      else context.out(answerDocument(relative(context.cwd, resolve(context.cwd, path!)) || '.', message, answer));
      return answer.ended === 'interrupted' ? ExitCode.interrupted : ExitCode.success;
    } finally {
      session.dispose();
    }
  };
};

async function readMessage({ message }: Options): Promise<string> {
  const text = typeof message === 'string' ? message : (await readStandardInput()).trim();
  if (text.trim() !== '') return text;
  throw new CommandError('the message is empty', { help: 'give one with `--message TEXT`', exitCode: ExitCode.usage });
}

async function openSession(context: CommandContext, path: string, options: Options) {
  const request = readRequest(options);
  const { chooseEngine, createChatSession, loadTextModel } = await import('../../runtime/index.ts');
  const { model, run } = await loadTextModel(resolve(context.cwd, path), path, request.checkpoint);
  for (const { step, reason } of run?.skipped ?? []) {
    context.err(`note: checkpoint of step ${step} was skipped: ${reason}\n`);
  }
  const { engine, missing } = await chooseEngine(options.engine as 'auto' | 'compiled' | 'wasm');
  if (missing) context.err(`note: ${missing.message}; using the slower WebAssembly engine (${missing.help})\n`);
  return createChatSession(model, engine, request);
}

function readRequest(options: Options) {
  const whole = { least: 1, most: 2 ** 53 - 1, whole: true };
  const number = (name: string, value: unknown, bounds: Parameters<typeof readNumber>[2]) =>
    readNumber(name, String(value), bounds);
  return {
    system: typeof options.system === 'string' ? options.system : null,
    maxTokens: number('--max-tokens', options.maxTokens, { ...whole, most: 1_000_000 }),
    context: number('--context', options.context, { ...whole, least: 2, most: 1_000_000 }),
    temperature: number('--temperature', options.temperature, { least: 0, most: 100 }),
    topP: number('--top-p', options.topP, { least: 0, most: 1 }),
    seed: number('--seed', options.seed, { ...whole, least: 0 }),
    checkpoint: options.checkpoint === undefined ? null : number('--checkpoint', options.checkpoint, whole),
  };
}

/** The result of `--format json`. */
function answerDocument(model: string, message: string, { text, promptTokens, tokens, ended }: ChatAnswer): string {
  return `${JSON.stringify({ model, message, text, prompt_tokens: promptTokens, tokens, ended }, null, 2)}\n`;
}
