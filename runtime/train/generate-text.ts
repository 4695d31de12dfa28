import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { createStreamingDecoder } from '../data/tokenizer/streaming-decoder.ts';
import { generate } from '../model/generation/generate.ts';
import type { TextModel } from '../model/text-model.ts';
import type { RunEngine } from './run-engine.ts';
import { RunError } from './run-error.ts';

export interface TextOptions {
  /** '' begins a new document. */
  readonly prompt: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  /** Gets text as soon as it is whole characters. */
  readonly write: (text: string) => void;
  /** Aborted: stop after the current token. */
  readonly interrupted: AbortSignal;
}

export interface GeneratedText {
  readonly text: string;
  readonly promptTokens: number;
  readonly tokens: number;
  /** The model ended the document, the asked length was reached, the context is full, or it was interrupted. */
  readonly ended: 'end_of_text' | 'max_tokens' | 'context' | 'interrupted';
}

/**
 * Continues a prompt with a trained model. Equal weights, prompt, options and seed write equal text on one engine.
 * Throws `RunError` for a prompt that does not fit the model's context.
 */
export async function generateText(model: TextModel, engine: RunEngine, options: TextOptions): Promise<GeneratedText> {
  const prompt = await promptTokens(model, options.prompt);
  const { ropeTheta, parameters, endTokens } = model;
  const { context } = model.model;
  // The last token written is not fed back, so the cache never needs a place for it.
  const capacity = Math.min(context, prompt.length + options.maxTokens);
  const decoder = await engine.createDecoder({ model: model.model, ropeTheta, capacity, parameters });
  try {
    const written = createStreamingDecoder(model.tokenizer);
    let text = '';
    let tokens = 0;
    const give = (part: string) => {
      text += part;
      if (part !== '') options.write(part);
    };
    const { temperature, topP, seed } = options;
    const maxTokens = Math.min(options.maxTokens, context - prompt.length);
    for await (const token of generate(decoder, prompt, { maxTokens, temperature, topP, seed, endTokens })) {
      tokens++;
      give(await written.push(token));
      // A decoder may compute without ever leaving this thread: Ctrl-C gets its turn here.
      await eventLoopTurn();
      if (options.interrupted.aborted) break;
    }
    give(await written.finish());
    return { text, promptTokens: prompt.length, tokens, ended: reasonOf(options, tokens, maxTokens) };
  } finally {
    decoder.dispose();
  }
}

async function promptTokens({ tokenizer, model }: TextModel, text: string): Promise<number[]> {
  const [encoded] = await tokenizer.encodeBatch([text]);
  const tokens = [...encoded!];
  // In training every document follows an end of text: alone it asks for a new document.
  if (tokens.length === 0) return [tokenizer.endOfText];
  const { context } = model;
  if (tokens.length < context) return tokens;
  throw new RunError(
    `the prompt has ${tokens.length.toLocaleString('en-US')} tokens, and the model's context of ` +
      `${context.toLocaleString('en-US')} leaves no place for an answer`,
    { help: `shorten it to ${(context - 1).toLocaleString('en-US')} tokens or fewer` },
  );
}

function reasonOf(options: TextOptions, tokens: number, maxTokens: number): GeneratedText['ended'] {
  if (options.interrupted.aborted) return 'interrupted';
  if (tokens < maxTokens) return 'end_of_text';
  return tokens < options.maxTokens ? 'context' : 'max_tokens';
}
