import type { PlanModel } from '../../compiler/plan/index.ts';
import type { ChatFormat } from '../chat/chat-format.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { NamedArray } from './types.ts';

/** A model that writes text, wherever its weights come from: a run, a Hugging Face folder, a GGUF file. */
export interface TextModel {
  readonly model: PlanModel;
  /** Every parameter, in the layout's order. */
  readonly parameters: readonly NamedArray[];
  readonly tokenizer: TextTokenizer;
  /** RoPE theta of the last step that the weights were trained with. */
  readonly ropeTheta: number;
  /** Any of these tokens ends a text, the most telling first: the end of an assistant's turn, or of a document. */
  readonly endTokens: ReadonlySet<number>;
  /** How a conversation is written for the model; null where it has no chat template. */
  readonly chat: ChatFormat | null;
}
