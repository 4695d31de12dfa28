import type { TextTokenizer } from './text-tokenizer.ts';

/** Turns tokens that arrive one by one into text, never half a character. */
export interface StreamingDecoder {
  /** The text that the token completes; '' while a character is unfinished. */
  push(token: number): Promise<string>;
  /** What is left at the end: an unfinished character as U+FFFD. */
  finish(): Promise<string>;
}

const replacement = '\uFFFD';
/** Tokens decoded again in front of new ones, for decoders whose output depends on what stands before. */
const contextTokens = 8;

/**
 * What is pushed and finished, joined, is `decode` of all tokens. A character whose bytes come in several tokens shows as one
 * U+FFFD at the end until it is whole, so that much is held back.
 */
export function createStreamingDecoder(tokenizer: Pick<TextTokenizer, 'decode'>): StreamingDecoder {
  let tokens: number[] = [];
  /** Characters of the decoded `tokens` that have been given out. */
  let given = 0;
  const take = async (atEnd: boolean): Promise<string> => {
    const text = await tokenizer.decode(tokens);
    const heldBack = !atEnd && text.endsWith(replacement) ? 1 : 0;
    const end = Math.max(given, text.length - heldBack);
    const fresh = text.slice(given, end);
    given = end;
    if (given === text.length && tokens.length > 4 * contextTokens) await shorten(text);
    return fresh;
  };
  /** Only where the shorter context ends as the longer did is it a safe place to start from. */
  const shorten = async (text: string): Promise<void> => {
    const context = tokens.slice(-contextTokens);
    const shown = await tokenizer.decode(context);
    if (!text.endsWith(shown)) return;
    tokens = context;
    given = shown.length;
  };
  return {
    push(token) {
      tokens.push(token);
      return take(false);
    },
    finish: () => take(true),
  };
}
