/**
 * The words of a text, for comparing texts: runs of letters and digits in any script, in lower case. Punctuation and white space
 * are no part of a text here (Brown et al. 2020, appendix C).
 */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/** 32-bit FNV-1a over UTF-16 code units, with a final mix (MurmurHash3). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix32(hash);
}

/** MurmurHash3's finalizer: every bit of the result depends on every bit of `value`. */
export function mix32(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A hash of each run of `n` words, from the first on; none for a text of fewer words. */
export function shingleHashes(words: readonly string[], n: number): Uint32Array {
  const hashes = Uint32Array.from(words, hashText);
  const shingles = new Uint32Array(Math.max(0, words.length - n + 1));
  for (let at = 0; at < shingles.length; at++) {
    let hash = 0;
    for (let word = 0; word < n; word++) hash = mix32(Math.imul(hash, 31) + hashes[at + word]!);
    shingles[at] = hash;
  }
  return shingles;
}
