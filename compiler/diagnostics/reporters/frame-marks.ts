import type { Span } from '../../../grammar/index.ts';
import { lineAt, lineStart, lineText, type SourceText } from '../../source.ts';

/** A run of carets under one line, with its label. Offsets count from the start of the line; `from < to`. */
export interface Mark {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly primary: boolean;
}

/**
 * The marks of a span: one for a span within a line; for one of several lines its first line to its end, and its last line
 * ("to here"), so that its size never decides the size of a message. A span without extent gets one caret.
 */
export function marksOf(source: SourceText, span: Span, label: string, primary: boolean): readonly Mark[] {
  const start = Math.min(Math.max(span.start, 0), source.text.length);
  const end = Math.min(Math.max(span.end, start), source.text.length);
  const firstLine = lineAt(source, start);
  const lastLine = lineAt(source, end > start ? end - 1 : start);
  const from = Math.max(0, start - lineStart(source, firstLine));
  const firstText = lineText(source, firstLine);
  if (firstLine === lastLine) {
    const to = Math.min(end - lineStart(source, firstLine), Math.max(firstText.length, from + 1));
    return [{ line: firstLine, from, to: Math.max(to, from + 1), label, primary }];
  }
  const lastText = lineText(source, lastLine);
  const indent = lastText.length - lastText.trimStart().length;
  const to = Math.min(end - lineStart(source, lastLine), lastText.length);
  return [
    { line: firstLine, from, to: Math.max(firstText.trimEnd().length, from + 1), label, primary },
    { line: lastLine, from: Math.min(indent, Math.max(to - 1, 0)), to: Math.max(to, 1), label: 'to here', primary },
  ];
}
