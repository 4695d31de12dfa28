import type { PlanModel } from '../../compiler/plan/index.ts';
import type { ChatFormat } from '../chat/chat-format.ts';
import { endTokensOf } from '../chat/end-tokens.ts';
import { createTokenizer, type TokenizerFiles } from '../data/tokenizer/create-tokenizer.ts';
import type { TextModel } from '../model/text-model.ts';
import type { NamedArray } from '../model/types.ts';
import { ModelFileError } from './model-file-error.ts';

/** A model in files of other programs, of which everything but the weights has been read. */
export interface StoredModel {
  /** For messages. */
  readonly name: string;
  readonly model: PlanModel;
  readonly tokenizerFiles: TokenizerFiles;
  /** Ids that its files name as ends of a text. */
  readonly endTokens: readonly number[];
  readonly chat: ChatFormat | null;
  /** Every parameter in the layout's order, as float32. Throws `ModelFileError`. */
  readParameters(): Promise<NamedArray[]>;
}

/** Reads the weights and makes the tokenizer. Throws `ModelFileError`, or DataError for the tokenizer. */
export async function readStoredModel(stored: StoredModel): Promise<TextModel> {
  const { name, model, chat } = stored;
  const tokenizer = createTokenizer(stored.tokenizerFiles);
  if (tokenizer.vocabularySize > model.vocab) {
    throw new ModelFileError(
      `\`${name}\`: its tokenizer has ${tokenizer.vocabularySize} tokens, and its model only ${model.vocab}`,
      'the two are of different models: download both again',
    );
  }
  const endTokens = await endTokensOf(chat, tokenizer, stored.endTokens);
  const parameters = await stored.readParameters();
  return { model, parameters, tokenizer, ropeTheta: model.rope_theta, endTokens, chat };
}
