import type { Decoder } from '../../train/program.ts';
import { type SamplingOptions, sampleToken } from './sampling.ts';
import { uniformAt } from './uniform-sequence.ts';

export interface GenerationOptions extends SamplingOptions {
  /** Tokens generated at most; the decoder's capacity is a limit too. */
  readonly maxTokens: number;
  readonly seed: number;
  /** Generation ends where the model chooses one of these tokens, which is not given out. */
  readonly endTokens: ReadonlySet<number>;
}

/**
 * Continues `prompt` (one token at least, `decoder.capacity` at most), token by token. The same seed, prompt and weights give
 * the same tokens. The decoder's cache is cleared first.
 */
export async function* generate(
  decoder: Decoder,
  prompt: readonly number[],
  options: GenerationOptions,
): AsyncGenerator<number, void, undefined> {
  if (prompt.length === 0) throw new RangeError('the prompt has no token');
  if (prompt.length > decoder.capacity) {
    throw new RangeError(`the prompt has ${prompt.length} tokens, and the model's context holds ${decoder.capacity}`);
  }
  decoder.reset();
  let logits = await decoder.feed(prompt);
  const count = Math.min(options.maxTokens, decoder.capacity - prompt.length + 1);
  for (let index = 0; index < count; index++) {
    const token = sampleToken(logits, options, uniformAt(options.seed, index));
    if (options.endTokens.has(token)) return;
    yield token;
    if (index + 1 < count) logits = await decoder.next(token);
  }
}
