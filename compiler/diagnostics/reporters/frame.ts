import { lineText, type SourceText } from '../../source.ts';
import type { Severity } from '../types.ts';
import { cutLine, layOutLine } from './display-line.ts';
import type { Mark } from './frame-marks.ts';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';
import { wrap } from './wrap.ts';

/** What all lines of a frame share. `gutter` is the width of the line numbers, `width` that of the screen. */
export interface FrameStyle {
  readonly gutter: number;
  readonly width: number;
  readonly severity: Severity;
  readonly paint: Paint;
}

/** Marked lines beyond this number are counted instead of shown. */
const mostLines = 12;

/** The source lines that hold the marks, in line order, with carets and labels under them; `...` for lines left out. */
export function drawFrame(source: SourceText, marks: readonly Mark[], style: FrameStyle): readonly string[] {
  const marked = [...new Set(marks.map((mark) => mark.line))].sort((a, b) => a - b);
  const lines = marked.slice(0, mostLines);
  const drawn: string[] = [];
  let last = openingLineBefore(source, lines[0]!);
  if (last !== null) drawn.push(drawSource(source, last, [], style).row);
  for (const line of lines) {
    if (last !== null && line === last + 2) drawn.push(drawSource(source, last + 1, [], style).row);
    else if (last !== null && line > last + 1) drawn.push(style.paint.frame('...'));
    const own = marks.filter((mark) => mark.line === line);
    const { row, underlines } = drawSource(source, line, own, style);
    drawn.push(row, ...underlines);
    last = line;
  }
  const rest = marked.length - lines.length;
  if (rest > 0) {
    drawn.push(style.paint.frame('...'), `${gutterBar(style)} and ${rest} ${rest === 1 ? 'line' : 'lines'} more`);
  }
  return drawn;
}

/** An empty line of the frame: `   |`. */
export function gutterBar(style: FrameStyle): string {
  return style.paint.frame(`${' '.repeat(style.gutter)} |`);
}

/** A numbered line of the frame: `58 | text`. */
export function gutterLine(style: FrameStyle, line: number, text: string): string {
  return style.paint.frame(`${String(line).padStart(style.gutter)} |`) + (text === '' ? '' : ` ${text}`);
}

/** The line that opens the block around a marked line, where it stands directly above: it says where one is. */
function openingLineBefore(source: SourceText, line: number): number | null {
  return line > 1 && /\{\s*(#.*)?$/.test(lineText(source, line - 1)) ? line - 1 : null;
}

interface PlacedMark {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly primary: boolean;
}

function drawSource(
  source: SourceText,
  line: number,
  marks: readonly Mark[],
  style: FrameStyle,
): { row: string; underlines: readonly string[] } {
  const room = style.width - style.gutter - 3;
  const focus = marks.find((mark) => mark.primary) ?? marks[0];
  const laidOut = layOutLine(lineText(source, line), focus?.from ?? 0);
  const columns = (mark: Mark): PlacedMark => {
    const from = laidOut.columnOf(mark.from);
    return { ...mark, from, to: Math.max(laidOut.columnOf(mark.to), from + 1) };
  };
  const around = focus === undefined ? { from: 0, to: 0 } : columns(focus);
  const cut = cutLine(laidOut, room, around.from, around.to);
  const placed = marks.map(columns).map((mark) => {
    const from = cut.shift(mark.from);
    return { ...mark, from, to: Math.max(cut.shift(mark.to - 1) + 1, from + 1) };
  });
  return { row: gutterLine(style, line, cut.text), underlines: drawUnderlines(placed, room, style) };
}

/** Carets, and labels: the rightmost beside its carets, the others hanging below theirs. */
function drawUnderlines(marks: readonly PlacedMark[], room: number, style: FrameStyle): readonly string[] {
  if (marks.length === 0) return [];
  const bar = gutterBar(style);
  const carets: string[] = [];
  for (const mark of marks) {
    for (let column = 0; column < mark.to; column += 1) {
      carets[column] = column >= mark.from ? '^' : (carets[column] ?? ' ');
    }
  }
  const labelled = marks.filter((mark) => mark.label !== '').sort((a, b) => b.from - a.from);
  const inline = labelled[0] !== undefined && fitsBeside(labelled[0], carets.length, room) ? labelled[0] : null;
  const beside = inline === null ? '' : ` ${printable(inline.label)}`;
  const tint = (text: string) => style.paint.severity(style.severity, text);
  const rows = [`${bar} ${tint(carets.join('') + beside)}`];
  const hanging = labelled.filter((mark) => mark !== inline);
  hanging.forEach((mark, index) => {
    const open = hanging.slice(index + 1).map((other) => other.from);
    if (index === 0 && (hanging.length > 1 || inline !== null))
      rows.push(`${bar} ${tint(connectors([...open, mark.from]))}`);
    for (const text of labelBelow(mark, open, room)) rows.push(`${bar} ${tint(text)}`);
  });
  return rows;
}

function fitsBeside(mark: PlacedMark, caretsEnd: number, room: number): boolean {
  return mark.to === caretsEnd && mark.to + 1 + mark.label.length <= room;
}

function labelBelow(mark: PlacedMark, open: readonly number[], room: number): readonly string[] {
  const left = open.length === 0 ? 0 : Math.max(...open) + 2;
  const start = Math.max(left, Math.min(mark.from, room - Math.min(mark.label.length, 40)));
  const before = connectors(open).padEnd(start);
  return wrap(printable(mark.label), Math.max(room - start, 20)).map((text) => before + text);
}

function connectors(columns: readonly number[]): string {
  const row: string[] = [];
  for (const column of columns) {
    for (let at = row.length; at < column; at += 1) row[at] = ' ';
    row[column] = '|';
  }
  return row.join('');
}
