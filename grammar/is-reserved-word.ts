import { RESERVED_WORDS } from './tokens.ts';

const words: ReadonlySet<string> = new Set(RESERVED_WORDS.map(({ PATTERN }) => String(PATTERN)));

/** Whether a word names nothing, though it may stand before `=`. */
export function isReservedWord(word: string): boolean {
  return words.has(word);
}
