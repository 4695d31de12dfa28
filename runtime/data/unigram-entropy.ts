import type { TokenStore } from './types.ts';

/** Tokens read at a time. */
const block = 1 << 16;

/** How often each token id stands in a store; [vocabularySize]. Throws RangeError for an id outside. */
export function tokenCounts(store: TokenStore, vocabularySize: number): Float64Array {
  const counts = new Float64Array(vocabularySize);
  for (let from = 0; from < store.tokenCount; from += block) {
    for (const id of store.read(from, Math.min(block, store.tokenCount - from))) {
      if (id >= vocabularySize) throw new RangeError(`token ${id} is outside a vocabulary of ${vocabularySize}`);
      counts[id]!++;
    }
  }
  return counts;
}

/**
 * Entropy of a store's token frequencies in nats per token: the loss of the best model that knows only how frequent each
 * token is (Shannon 1948). 0 for an empty store.
 */
export function unigramEntropy(store: TokenStore, vocabularySize: number): number {
  let entropy = 0;
  for (const count of tokenCounts(store, vocabularySize)) {
    const probability = count / store.tokenCount;
    if (count > 0) entropy -= probability * Math.log(probability);
  }
  return entropy;
}
