import { shingleHashes, wordsOf } from './words.ts';

/** Finds texts that share a run of words with a set of texts. */
export interface NgramOverlap {
  sharesRun(text: string): boolean;
}

/** All runs of `n` words of the set's texts; a hash finds a run and its words confirm it, so that no row is dropped by accident. */
export function createNgramOverlap(texts: Iterable<string>, n: number): NgramOverlap {
  const runs = new Map<number, Set<string>>();
  for (const text of texts) {
    const words = wordsOf(text);
    for (const [at, hash] of shingleHashes(words, n).entries()) {
      const same = runs.get(hash) ?? new Set();
      runs.set(hash, same.add(words.slice(at, at + n).join(' ')));
    }
  }
  return {
    sharesRun(text) {
      const words = wordsOf(text);
      return shingleHashes(words, n).some(
        (hash, at) => runs.get(hash)?.has(words.slice(at, at + n).join(' ')) ?? false,
      );
    },
  };
}
