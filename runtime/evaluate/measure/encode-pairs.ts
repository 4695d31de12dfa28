import { DataError } from '../../data/data-error.ts';
import type { TextTokenizer } from '../../data/tokenizer/text-tokenizer.ts';
import type { Sequence } from '../scoring/plan-scoring.ts';
import type { TaskSubject } from './prepared-task.ts';

/** A text, and what may follow it. */
export interface TextPair {
  readonly context: string;
  readonly continuation: string;
}

export interface EncodedPair {
  readonly sequence: Sequence;
  /** The context's beginning was cut. */
  readonly isTruncated: boolean;
}

/** Texts that the tokenizer's library is given at a time: it holds some 160 bytes of memory for each byte of them. */
const textsAtATime = 512;

/**
 * Contexts with continuations as sequences in which the continuation's tokens are scored, by the conventions of
 * lm-evaluation-harness: space at a context's end belongs to the continuation; the two are encoded as one text, and what comes
 * after the context's own tokens is the continuation's; an empty context is the end of a document; what is too long loses its
 * beginning. Throws DataError for a continuation that alone is longer than the model's context.
 */
export async function encodePairs(
  pairs: readonly TextPair[],
  { tokenizer, context: most }: TaskSubject,
  owner: string,
): Promise<readonly EncodedPair[]> {
  const moved = pairs.map(withoutSpaceAtEnd);
  const texts = moved.flatMap(({ context, continuation }) => [context, context + continuation]);
  const tokens = await encodeAll(tokenizer, texts);
  return moved.map(({ context, continuation }) => {
    const before = context === '' ? [tokenizer.endOfText] : [...tokens.get(context)!];
    const whole = [...tokens.get(context + continuation)!];
    const after = context === '' ? whole : whole.slice(before.length);
    if (after.length === 0 || after.length > most) {
      throw new DataError(
        `${owner}: the answer \`${continuation.trim().slice(0, 40)}\` has ${after.length} tokens, of a context of ${most}`,
        'an answer has a token at least, and fits the model',
      );
    }
    const all = context === '' ? [...before, ...after] : whole;
    const kept = all.slice(-(most + 1));
    const read = kept.slice(0, -1);
    const places = after.map((_, i) => read.length - after.length + i);
    return {
      sequence: { tokens: Int32Array.from(read), places, labels: after },
      isTruncated: kept.length < all.length,
    };
  });
}

function withoutSpaceAtEnd({ context, continuation }: TextPair): TextPair {
  const kept = context.trimEnd();
  return { context: kept, continuation: context.slice(kept.length) + continuation };
}

/** Tokens of each text, each text encoded once. */
export async function encodeAll(
  tokenizer: TextTokenizer,
  texts: readonly string[],
): Promise<ReadonlyMap<string, Int32Array>> {
  const unique = [...new Set(texts)];
  const tokens = new Map<string, Int32Array>();
  for (let from = 0; from < unique.length; from += textsAtATime) {
    const part = unique.slice(from, from + textsAtATime);
    const encoded = await tokenizer.encodeBatch(part);
    for (const [i, text] of part.entries()) tokens.set(text, encoded[i]!);
  }
  return tokens;
}
