import { hashText, mix32, shingleHashes, wordsOf } from './words.ts';

export interface MinhashSettings {
  readonly bands: number;
  /** Hashes of a band. */
  readonly hashes: number;
  /** Words of a shingle. */
  readonly ngram: number;
}

/**
 * The bands of a text's MinHash signature as keys (Broder 1997; banding as in Leskovec et al., Mining of Massive Datasets,
 * section 3.4): two texts whose sets of shingles overlap by the part s share a given band with probability s^hashes. A text
 * shorter than a shingle is one shingle as a whole.
 */
export function minhashBands(text: string, { bands, hashes, ngram }: MinhashSettings): readonly string[] {
  const words = wordsOf(text);
  const own = shingleHashes(words, ngram);
  const shingles = own.length > 0 ? own : Uint32Array.of(hashText(words.length > 0 ? words.join(' ') : text));
  const least = new Uint32Array(bands * hashes).fill(0xffffffff);
  for (const shingle of shingles) {
    for (let index = 0; index < least.length; index++) {
      const hash = mix32(shingle ^ seedOf(index));
      if (hash < least[index]!) least[index] = hash;
    }
  }
  return Array.from({ length: bands }, (_, band) => {
    const part = least.subarray(band * hashes, (band + 1) * hashes);
    return String.fromCharCode(...[...part].flatMap((hash) => [hash >>> 16, hash & 0xffff]));
  });
}

/** Numbers the hash functions: multiples of 2^32 over the golden ratio, mixed. */
function seedOf(index: number): number {
  return mix32(Math.imul(index + 1, 0x9e3779b9));
}

/** Puts rows that share a band of their signatures into one group, and groups that share a row into one. */
export interface NearDuplicates {
  /** Rows are added in order, each once. */
  add(row: number, bands: readonly string[]): void;
  /** Whether an earlier row is of the same group. */
  isRepeated(row: number): boolean;
  /** Rows that were added. */
  readonly size: number;
}

export function createNearDuplicates(): NearDuplicates {
  /** By band: the first row with a key. */
  const firsts: Map<string, number>[] = [];
  /** A row of its group that came earlier, or itself; the first row of a group is its root. */
  const parents = new Map<number, number>();
  const rootOf = (row: number): number => {
    let root = row;
    while (parents.get(root) !== root) root = parents.get(root)!;
    for (let at = row; at !== root; ) {
      const next = parents.get(at)!;
      parents.set(at, root);
      at = next;
    }
    return root;
  };
  return {
    add(row, bands) {
      parents.set(row, row);
      for (const [band, key] of bands.entries()) {
        firsts[band] ??= new Map();
        const known = firsts[band].get(key);
        if (known === undefined) firsts[band].set(key, row);
        else {
          const [a, b] = [rootOf(known), rootOf(row)];
          parents.set(Math.max(a, b), Math.min(a, b));
        }
      }
    },
    isRepeated: (row) => rootOf(row) !== row,
    get size() {
      return parents.size;
    },
  };
}
