/**
 * A half-open range of a source text.
 *
 * `file` is the display path of the source (relative to where the person works, never absolute in compared outputs);
 * `start` and `end` are offsets in UTF-16 code units, `start <= end`.
 */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The smallest span that covers both. Both must lie in one file. */
export function joinSpans(first: Span, last: Span): Span {
  return { file: first.file, start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) };
}
