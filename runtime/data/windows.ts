import { DataError } from './data-error.ts';

/**
 * Windows of `sequence` predicted tokens in a store: each reads `sequence + 1` tokens and shares its last one with the next,
 * so every token but the first is predicted once; fewer than `sequence` tokens at the end are left over.
 */
export function windowCount(tokenCount: number, sequence: number): number {
  return Math.max(0, Math.floor((tokenCount - 1) / sequence));
}

/** First token of window `window`. */
export function windowStart(window: number, sequence: number): number {
  return window * sequence;
}

/** Throws DataError when a dataset does not fill one window. */
export function checkFillsWindow(dataset: string, tokenCount: number, sequence: number): void {
  if (windowCount(tokenCount, sequence) >= 1) return;
  const count = (value: number) => value.toLocaleString('en-US');
  throw new DataError(
    `dataset \`${dataset}\` has ${count(tokenCount)} training tokens, less than one window of ${count(sequence + 1)} ` +
      `(sequence ${count(sequence)} and the token after it)`,
    'give it more data, hold out fewer rows, or use a shorter sequence',
  );
}
