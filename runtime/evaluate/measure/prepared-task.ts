import type { RenderChat } from '../../chat/render-chat.ts';
import type { TextTokenizer } from '../../data/tokenizer/text-tokenizer.ts';
import type { Sequence } from '../scoring/plan-scoring.ts';
import type { SequenceScore } from '../scoring/score-sequences.ts';
import type { Estimate } from './estimate.ts';

/** What a task gives for one model. */
export interface Measurement {
  readonly items: number;
  /** Items whose beginning was cut to fit the model's context. */
  readonly truncated: number;
  readonly metrics: Readonly<Record<string, Estimate>>;
  /** The metric that counts: what `expect` and tables show. */
  readonly primary: string;
}

/** Which model a task is made ready for: two states of one run share it. */
export interface TaskSubject {
  readonly tokenizer: TextTokenizer;
  /** Most tokens that the model reads. */
  readonly context: number;
  /** Writes the prompt of a chat; null where the model has no chat template. */
  readonly chat: RenderChat | null;
}

export interface TaskOptions {
  /** Chooses shots and what a task makes up. */
  readonly seed: number;
  /** Measure the first so many items only; null for all. */
  readonly limit: number | null;
}

/** Written answers of one item. */
export interface Prompt {
  readonly tokens: readonly number[];
}

/** A task in tokens, and how its answers become a measurement. */
export type PreparedTask =
  | {
      readonly how: 'score';
      readonly sequences: readonly Sequence[];
      readonly judge: (scores: readonly SequenceScore[]) => Measurement;
    }
  | {
      readonly how: 'write';
      readonly prompts: readonly Prompt[];
      readonly maxTokens: number;
      readonly stop: readonly string[];
      readonly judge: (texts: readonly string[]) => Measurement;
    }
  | { readonly how: 'read'; readonly judge: () => Measurement };
