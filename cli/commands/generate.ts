import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Option } from 'commander';
import type { GeneratedText } from '../../runtime/index.ts';
import type { DefineCommand } from '../command.ts';
import { type CommandContext, CommandError, ExitCode } from '../context.ts';
import { readNumber } from '../read-number.ts';
import { readStandardInput } from '../standard-input.ts';

/** `smol generate MODEL`: writes text with a trained model, as it comes. */
export const define: DefineCommand = (command) => {
  command
    .argument('<model>', 'a run folder or a checkpoint in one, a Hugging Face folder, a .gguf file')
    .addOption(new Option('--prompt <text>', 'the text to continue; standard input without it').conflicts('promptFile'))
    .option('--prompt-file <file>', 'a file with the text to continue')
    .option('--max-tokens <n>', 'tokens to write at most', '200')
    .option('--temperature <x>', '0 takes the likeliest token, 1 the model’s own probabilities', '0.8')
    .option('--top-p <p>', 'draw from the likeliest tokens that together have this probability', '0.95')
    .option('--seed <n>', 'equal seeds write equal text', '0')
    .option('--checkpoint <step>', 'the checkpoint of this step (default: the newest)')
    .addOption(
      new Option('--engine <engine>', 'what computes').choices(['auto', 'compiled', 'wasm', 'webgpu']).default('auto'),
    )
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'));
  return async (context, [run], options) => {
    const request = readRequest(options);
    const prompt = await readPrompt(context, options);
    const { chooseEngine, generateText, loadTextModel } = await import('../../runtime/index.ts');
    const { model, run: trained } = await loadTextModel(resolve(context.cwd, run!), run!, request.checkpoint);
    for (const { step, reason } of trained?.skipped ?? []) {
      context.err(`note: checkpoint of step ${step} was skipped: ${reason}\n`);
    }
    const { engine, missing } = await chooseEngine(options.engine as 'auto' | 'compiled' | 'wasm');
    if (missing) context.err(`note: ${missing.message}; using the slower WebAssembly engine (${missing.help})\n`);
    const asText = options.format === 'text';
    if (asText && context.outTerminal.interactive) context.out(prompt);
    const write = asText ? context.out : () => {};
    const { interrupted } = context;
    const result = await generateText(model, engine, { ...request, prompt, write, interrupted });
    if (asText) context.out('\n');
    else {
      const place = relative(context.cwd, resolve(context.cwd, run!)) || '.';
      context.out(generationDocument({ run: place, step: trained?.step ?? null, prompt }, request, result));
    }
    return result.ended === 'interrupted' ? ExitCode.interrupted : ExitCode.success;
  };
};

/** The result of `--format json`. */
function generationDocument(
  source: { readonly run: string; readonly step: number | null; readonly prompt: string },
  { maxTokens, temperature, topP, seed }: GenerationRequest,
  { text, promptTokens, tokens, ended }: GeneratedText,
): string {
  const asked = { max_tokens: maxTokens, temperature, top_p: topP, seed };
  const document = { ...source, text, prompt_tokens: promptTokens, tokens, ended, ...asked };
  return `${JSON.stringify(document, null, 2)}\n`;
}

interface GenerationRequest {
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly checkpoint: number | null;
}

function readRequest(options: Readonly<Record<string, unknown>>): GenerationRequest {
  const number = (name: string, value: unknown, bounds: Parameters<typeof readNumber>[2]) =>
    readNumber(name, String(value), bounds);
  const { checkpoint } = options;
  return {
    maxTokens: number('--max-tokens', options.maxTokens, { least: 1, most: 1_000_000, whole: true }),
    temperature: number('--temperature', options.temperature, { least: 0, most: 100 }),
    topP: number('--top-p', options.topP, { least: 0, most: 1 }),
    seed: number('--seed', options.seed, { least: 0, most: 2 ** 53 - 1, whole: true }),
    checkpoint:
      checkpoint === undefined
        ? null
        : number('--checkpoint', checkpoint, { least: 1, most: 2 ** 53 - 1, whole: true }),
  };
}

async function readPrompt(context: CommandContext, options: Readonly<Record<string, unknown>>): Promise<string> {
  if (typeof options.prompt === 'string') return options.prompt;
  if (typeof options.promptFile === 'string') return readPromptFile(context, options.promptFile);
  return (await readStandardInput()).replace(/\r?\n$/, '');
}

/** One newline at the end is the editor's, not the prompt's. */
function readPromptFile(context: CommandContext, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true })
      .decode(readFileSync(resolve(context.cwd, path)))
      .replace(/\r?\n$/, '');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason =
      code === 'ENOENT' ? 'it is not there' : code?.startsWith('ERR_ENCODING') ? 'it is not UTF-8' : String(code);
    throw new CommandError(`the prompt file \`${path}\` cannot be read: ${reason}`, { help: 'check the path' });
  }
}
