import { lineAt, lineStart, type SourceText } from '../../source.ts';
import type { Fix } from '../types.ts';
import { cutLine, layOutLine } from './display-line.ts';
import { type FrameStyle, gutterBar, gutterLine } from './frame.ts';

/** Lines that a preview shows at most. */
const mostLines = 6;

/** The lines that a fix changes, as they will be, between two bars; empty when nothing would remain of them. */
export function previewFix(source: SourceText, fix: Fix, style: FrameStyle): readonly string[] {
  const edits = [...fix.edits].filter((edit) => edit.span.file === source.file).sort(byStart);
  const first = edits[0];
  const last = edits[edits.length - 1];
  if (first === undefined || last === undefined) return [];
  const firstLine = lineAt(source, first.span.start);
  const from = lineStart(source, firstLine);
  const lineEnd = source.text.indexOf('\n', last.span.end);
  const to = lineEnd === -1 ? source.text.length : lineEnd;
  let changed = '';
  let at = from;
  for (const edit of edits) {
    if (edit.span.start < at) return [];
    changed += source.text.slice(at, edit.span.start) + edit.text;
    at = edit.span.end;
  }
  const lines = `${changed}${source.text.slice(at, to)}`.replaceAll('\r', '').split('\n');
  while (lines.length > 0 && lines[lines.length - 1]!.trim() === '') lines.pop();
  if (lines.length === 0) return [];
  const room = style.width - style.gutter - 3;
  const focus = Math.max(0, first.span.start - from);
  const rows = lines.slice(0, mostLines).map((line, index) => {
    const laidOut = layOutLine(line, focus);
    const column = laidOut.columnOf(focus);
    return gutterLine(style, firstLine + index, cutLine(laidOut, room, column, column + 1).text);
  });
  if (lines.length > mostLines) rows.push(style.paint.frame('...'));
  return [gutterBar(style), ...rows, gutterBar(style)];
}

function byStart(a: Fix['edits'][number], b: Fix['edits'][number]): number {
  return a.span.start - b.span.start;
}
