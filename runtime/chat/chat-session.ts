import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { createStreamingDecoder } from '../data/tokenizer/streaming-decoder.ts';
import { type SamplingOptions, sampleToken } from '../model/generation/sampling.ts';
import { uniformAt } from '../model/generation/uniform-sequence.ts';
import type { TextModel } from '../model/text-model.ts';
import type { Decoder } from '../train/program.ts';
import type { RunEngine } from '../train/run-engine.ts';
import { RunError } from '../train/run-error.ts';
import type { ChatMessage } from './conversation.ts';
import { ChatTemplateError, createChatRenderer, type RenderChat } from './render-chat.ts';

export interface ChatOptions extends SamplingOptions {
  /** The system turn; null leaves it to the template. */
  readonly system: string | null;
  readonly seed: number;
  /** Tokens of one answer at most. */
  readonly maxTokens: number;
  /** Tokens of the whole conversation at most; the model's context is a limit too. */
  readonly context: number;
}

export interface ChatAnswer {
  readonly text: string;
  /** Tokens that were fed for this answer: all of the conversation, or what is new in it. */
  readonly promptTokens: number;
  readonly tokens: number;
  /** From the first token of the prompt to the first of the answer, and from there to the last, in seconds. */
  readonly promptSeconds: number;
  readonly seconds: number;
  /** The model ended its turn, the asked length was reached, the context is full, or it was interrupted. */
  readonly ended: 'end_of_turn' | 'max_tokens' | 'context' | 'interrupted';
}

/** Tokens that are fed at a time: Ctrl-C is heard between them. */
const FED_TOKENS = 64;

/** A conversation with a model. Equal weights, turns, options and seed give equal answers on one engine. */
export interface ChatSession {
  /** Tokens that the conversation may have. */
  readonly context: number;
  /**
   * Answers a message, giving out text as it comes. Throws `RunError` when the message does not fit the context any more or the
   * template refuses it; then it is not part of the conversation.
   */
  answer(message: string, write: (text: string) => void, interrupted: AbortSignal): Promise<ChatAnswer>;
  /** Begins a new conversation. */
  forget(): void;
  dispose(): void;
}

/** Opens a conversation. Throws `RunError` for a model without a chat template. */
export async function createChatSession(
  model: TextModel,
  engine: RunEngine,
  options: ChatOptions,
): Promise<ChatSession> {
  if (model.chat === null) {
    throw new RunError('the model has no chat template: it continues texts, and was not tuned on conversations', {
      help: 'let it continue a text with `smol generate`, or give it a `chat_template.jinja`',
    });
  }
  const render = explained(() => createChatRenderer(model.chat!));
  const context = Math.min(options.context, model.model.context);
  const { ropeTheta, parameters } = model;
  const decoder = await engine.createDecoder({ model: model.model, ropeTheta, capacity: context, parameters });
  return new Conversation({ model, render, decoder, context, options });
}

interface SessionParts {
  readonly model: TextModel;
  readonly render: RenderChat;
  readonly decoder: Decoder;
  readonly context: number;
  readonly options: ChatOptions;
}

class Conversation implements ChatSession {
  readonly context: number;
  readonly #parts: SessionParts;
  #messages: ChatMessage[] = [];
  /** Tokens in the decoder's cache, in order. */
  #fed: number[] = [];
  /** Random numbers used so far. */
  #drawn = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.context = parts.context;
    this.forget();
  }

  forget(): void {
    const { system } = this.#parts.options;
    this.#messages = system === null ? [] : [{ role: 'system', content: system }];
    this.#fed = [];
    this.#drawn = 0;
    this.#parts.decoder.reset();
  }

  async answer(message: string, write: (text: string) => void, interrupted: AbortSignal): Promise<ChatAnswer> {
    const messages = [...this.#messages, { role: 'user', content: message }];
    const prompt = await this.#promptOf(messages);
    const start = performance.now();
    const fedBefore = this.#keepCommon(prompt);
    const logits = await this.#feed(prompt.slice(fedBefore), interrupted);
    const asked = { promptTokens: prompt.length - fedBefore, promptSeconds: (performance.now() - start) / 1000 };
    if (logits === null) return { text: '', tokens: 0, seconds: 0, ended: 'interrupted', ...asked };
    const answer = await this.#write(logits, write, interrupted);
    this.#messages = [...messages, { role: 'assistant', content: answer.text }];
    return { ...answer, ...asked };
  }

  dispose(): void {
    this.#parts.decoder.dispose();
  }

  async #promptOf(messages: readonly ChatMessage[]): Promise<number[]> {
    const { render, model } = this.#parts;
    const text = explained(() => render({ messages, tools: null }, messages.length, true));
    const [tokens] = await model.tokenizer.encodeBatch([text]);
    if (tokens!.length < this.context) return [...tokens!];
    const [have, most] = [tokens!.length, this.context].map((value) => value.toLocaleString('en-US'));
    throw new RunError(
      `the conversation has ${have} tokens, and the context of ${most} leaves no place for an answer`,
      {
        help: 'begin a new one, or write less',
      },
    );
  }

  /** Keeps the cache where the prompt goes on from what was fed, and clears it otherwise. The last token is always fed. */
  #keepCommon(prompt: readonly number[]): number {
    const isBeginning = this.#fed.length < prompt.length && this.#fed.every((token, place) => prompt[place] === token);
    if (isBeginning) return this.#fed.length;
    this.#parts.decoder.reset();
    this.#fed = [];
    return 0;
  }

  /** The logits after these tokens; null when it was interrupted. */
  async #feed(tokens: readonly number[], interrupted: AbortSignal): Promise<Float32Array | null> {
    let logits: Float32Array | null = null;
    for (let at = 0; at < tokens.length; ) {
      if (interrupted.aborted) return null;
      // A part that is shorter than a decoder's block is fed token by token, so the last part takes the rest with it.
      const part = tokens.slice(at, tokens.length - at < 2 * FED_TOKENS ? tokens.length : at + FED_TOKENS);
      logits = await this.#parts.decoder.feed(part);
      this.#fed.push(...part);
      at += part.length;
      await eventLoopTurn();
    }
    return logits;
  }

  async #write(first: Float32Array, write: (text: string) => void, interrupted: AbortSignal) {
    const { model, options } = this.#parts;
    const start = performance.now();
    const written = createStreamingDecoder(model.tokenizer);
    let text = '';
    const give = (part: string) => {
      text += part;
      if (part !== '') write(part);
    };
    let logits: Float32Array | null = first;
    let tokens = 0;
    let ended: ChatAnswer['ended'] = 'max_tokens';
    while (tokens < options.maxTokens) {
      const token = sampleToken(logits, options, uniformAt(options.seed, this.#drawn++));
      if (model.endTokens.has(token)) {
        ended = 'end_of_turn';
        break;
      }
      tokens++;
      give(await written.push(token));
      if (this.#fed.length >= this.context) {
        ended = 'context';
        break;
      }
      logits = await this.#feed([token], interrupted);
      if (logits === null) {
        ended = 'interrupted';
        break;
      }
    }
    give(await written.finish());
    return { text, tokens, ended, seconds: (performance.now() - start) / 1000 };
  }
}

/** A template's refusal as an error for a person. */
function explained<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (!(error instanceof ChatTemplateError)) throw error;
    throw new RunError(`the model's chat template refuses this: ${error.message}`, {
      help: 'some templates take no system turn: try it without `--system`',
    });
  }
}
