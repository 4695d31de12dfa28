import type { Span } from '../grammar/index.ts';

/**
 * A source text with its line index. Offsets are UTF-16 code units of `text` as it was read, a byte order mark included.
 * Lines end at a line feed; the carriage return before it belongs to the line end, not to the line.
 */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** Offset of the first character of each line; a byte order mark is before the first line. */
  readonly lineStarts: readonly number[];
}

/** A place as it is written in messages and editors: both numbers count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A span as it is written in documents: 1-based, columns in code points, the end exclusive. */
export interface PlaceRange {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
}

const byteOrderMark = '\uFEFF';

/** Indexes the lines of a text. */
export function createSourceText(file: string, text: string): SourceText {
  const lineStarts = [text.startsWith(byteOrderMark) ? 1 : 0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    lineStarts.push(at + 1);
  }
  return { file, text, lineStarts };
}

/** Line (1-based) that holds an offset; a line feed belongs to the line that it ends. Offsets outside are clamped. */
export function lineAt(source: SourceText, offset: number): number {
  let low = 0;
  let high = source.lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (source.lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** Line and column for people: the column counts code points, so an emoji is one. */
export function placeAt(source: SourceText, offset: number): Place {
  const line = lineAt(source, offset);
  let column = 1;
  for (const _ of source.text.slice(lineStart(source, line), offset)) column += 1;
  return { line, column };
}

/** Line and column for editors: the column counts UTF-16 code units. */
export function editorPlaceAt(source: SourceText, offset: number): Place {
  const line = lineAt(source, offset);
  const inside = Math.min(offset, source.text.length) - lineStart(source, line);
  return { line, column: Math.max(0, inside) + 1 };
}

/** Both ends of a span as people count them. */
export function placeRangeOf(source: SourceText, span: Span): PlaceRange {
  const start = placeAt(source, span.start);
  const end = placeAt(source, span.end);
  return { file: span.file, line: start.line, column: start.column, end_line: end.line, end_column: end.column };
}

/** Offset of the first character of a line (1-based; clamped to the lines that exist). */
export function lineStart(source: SourceText, line: number): number {
  const index = Math.min(Math.max(line, 1), source.lineStarts.length) - 1;
  return source.lineStarts[index]!;
}

/** The text of a line (1-based) without its line end. */
export function lineText(source: SourceText, line: number): string {
  const next = source.lineStarts[line];
  const text = source.text.slice(lineStart(source, line), next === undefined ? source.text.length : next - 1);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
