import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { ChatFormat } from './chat-format.ts';
import { createChatRenderer } from './render-chat.ts';
import { turnEndToken } from './turn-end.ts';

/**
 * The tokens that end a text, the most telling first: what the chat template writes after an answer, the tokenizer's
 * `eos_token`, what the model's files name, the end of a document.
 */
export async function endTokensOf(
  chat: ChatFormat | null,
  tokenizer: TextTokenizer,
  named: readonly number[],
): Promise<ReadonlySet<number>> {
  const turnEnd = chat === null ? null : await templateTurnEnd(chat, tokenizer);
  const eos = chat === null || chat.eosToken === '' ? null : tokenizer.tokenOf(chat.eosToken);
  return new Set([turnEnd, eos, ...named, tokenizer.endOfText].filter((token) => token !== null));
}

/** null also for a template that refuses the short conversation it is asked about: it is only a way to find out. */
async function templateTurnEnd(chat: ChatFormat, tokenizer: TextTokenizer): Promise<number | null> {
  try {
    return await turnEndToken(createChatRenderer(chat), tokenizer);
  } catch {
    return null;
  }
}
