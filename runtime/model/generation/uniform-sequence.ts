import { philox4x32 } from '../philox.ts';

/** Number `index` of the seed's sequence of uniform numbers in [0, 1), with 53 random bits. */
export function uniformAt(seed: number, index: number): number {
  const words = new Uint32Array(4);
  // The last counter word sets this use of the seed apart from others.
  philox4x32([index >>> 0, Math.floor(index / 2 ** 32), 0, 0x67656e], [seed >>> 0, Math.floor(seed / 2 ** 32)], words);
  return ((words[0]! >>> 5) * 2 ** 26 + (words[1]! >>> 6)) / 2 ** 53;
}
