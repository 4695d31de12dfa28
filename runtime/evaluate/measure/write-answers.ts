import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import { createStreamingDecoder } from '../../data/tokenizer/streaming-decoder.ts';
import type { TextTokenizer } from '../../data/tokenizer/text-tokenizer.ts';
import { generate } from '../../model/generation/generate.ts';
import type { NamedArray } from '../../model/types.ts';
import type { Decoder } from '../../train/program.ts';
import type { RunEngine } from '../../train/run-engine.ts';
import type { ScoringProgress } from '../scoring/score-sequences.ts';
import type { PreparedTask } from './prepared-task.ts';

/** A model that writes. */
export interface Writer {
  readonly model: PlanModel;
  readonly tokenizer: TextTokenizer;
  readonly parameters: readonly NamedArray[];
  readonly ropeTheta: number;
  /** Any of these ends an answer. */
  readonly endTokens: ReadonlySet<number>;
}

type Writing = Extract<PreparedTask, { how: 'write' }>;

/** What the model writes after each prompt: the likeliest token each time, until a stop string, the end of text or the limit. */
export async function writeAnswers(
  { prompts, maxTokens, stop }: Writing,
  { tokenizer, endTokens, ...options }: Writer,
  engine: RunEngine,
  { interrupted, onProgress }: ScoringProgress,
): Promise<readonly string[]> {
  const longest = Math.max(...prompts.map(({ tokens }) => tokens.length));
  const decoder = await engine.createDecoder({ ...options, capacity: longest + maxTokens });
  try {
    const texts: string[] = [];
    for (const { tokens } of prompts) {
      texts.push(await writeAnswer(decoder, tokens, { tokenizer, endTokens, maxTokens, stop, interrupted }));
      onProgress?.(texts.length / prompts.length);
    }
    return texts;
  } finally {
    decoder.dispose();
  }
}

interface AnswerOptions {
  readonly tokenizer: TextTokenizer;
  readonly endTokens: ReadonlySet<number>;
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly interrupted: AbortSignal;
}

async function writeAnswer(
  decoder: Decoder,
  prompt: readonly number[],
  { tokenizer, endTokens, maxTokens, stop, interrupted }: AnswerOptions,
): Promise<string> {
  const written = createStreamingDecoder(tokenizer);
  const greedy = { temperature: 0, topP: 1, seed: 0 };
  let text = '';
  for await (const token of generate(decoder, prompt, { ...greedy, maxTokens, endTokens })) {
    await eventLoopTurn();
    interrupted.throwIfAborted();
    text += await written.push(token);
    const end = firstStop(text, stop);
    if (end !== null) return text.slice(0, end);
  }
  text += await written.finish();
  return text.slice(0, firstStop(text, stop) ?? undefined);
}

function firstStop(text: string, stop: readonly string[]): number | null {
  const found = stop.map((each) => text.indexOf(each)).filter((at) => at >= 0);
  return found.length === 0 ? null : Math.min(...found);
}
