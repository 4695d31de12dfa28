import type { Decoder } from '../../train/program.ts';

/**
 * Throws a `RangeError` unless these tokens can be fed at `position`: one at least, none beyond the capacity, and all of the
 * vocabulary, since engines clamp a token outside it or give zeros, silently.
 */
export function requireRoom(
  { capacity }: Pick<Decoder, 'capacity'>,
  position: number,
  tokens: readonly number[],
  vocab: number,
): void {
  if (tokens.length === 0) throw new RangeError('there is no token to feed');
  if (position + tokens.length > capacity) throw new RangeError(`the context of ${capacity} tokens is full`);
  for (const token of tokens) {
    if (Number.isInteger(token) && token >= 0 && token < vocab) continue;
    throw new RangeError(`token ${token} is outside the vocabulary of ${vocab}`);
  }
}
