import { characterWidth } from './display-width.ts';
import { printable } from './printable.ts';

const tabStop = 4;
/** Of longer lines only this many characters around the marks are looked at. */
const longestLine = 1000;

/**
 * A source line laid out in terminal columns. `cells[c]` is what stands in column c; the second column of a wide character
 * holds ''. `columnOf` maps an offset in the line (UTF-16 code units) to its column.
 */
export interface DisplayLine {
  readonly cells: readonly string[];
  readonly columnOf: (offset: number) => number;
  /** True where characters were left out before or after the cells. */
  readonly cutBefore: boolean;
  readonly cutAfter: boolean;
}

/** Lays out a line: tabs to stops of four columns, wide characters in two, unprintable ones as escapes. */
export function layOutLine(text: string, focus: number): DisplayLine {
  const first = text.length <= longestLine ? 0 : Math.max(0, Math.min(focus, text.length) - longestLine / 2);
  const last = Math.min(text.length, first + longestLine);
  const cells: string[] = [];
  const columns: number[] = [];
  for (const character of text.slice(first, last)) {
    for (let unit = 0; unit < character.length; unit += 1) columns.push(cells.length);
    appendCharacter(cells, character);
  }
  columns.push(cells.length);
  const columnOf = (offset: number) => columns[Math.min(Math.max(offset - first, 0), columns.length - 1)]!;
  return { cells, columnOf, cutBefore: first > 0, cutAfter: last < text.length };
}

function appendCharacter(cells: string[], character: string): void {
  if (character === '\t') {
    do cells.push(' ');
    while (cells.length % tabStop !== 0);
    return;
  }
  const width = characterWidth(character);
  if (width === 0 && cells.length > 0) {
    const base = cells.length - (cells[cells.length - 1] === '' ? 2 : 1);
    cells[base] += character;
    return;
  }
  // An escape takes a column for each of its characters.
  cells.push(...printable(character));
  if (width === 2) cells.push('');
}

/** The columns of a line that fit a width, chosen so that what is marked is seen; what is left out is shown by an ellipsis. */
export interface CutLine {
  readonly text: string;
  /** Column in the cut text of a column of the line, clamped to what is shown. */
  readonly shift: (column: number) => number;
}

/** Cuts a line to `width` columns around the columns `from` to `to` (exclusive). */
export function cutLine(line: DisplayLine, width: number, from: number, to: number): CutLine {
  const total = line.cells.length;
  if (total <= width && !line.cutBefore && !line.cutAfter) {
    return { text: line.cells.join('').trimEnd(), shift: (column) => column };
  }
  const marked = Math.min(to - from, width >> 1);
  const centred = Math.max(0, from - ((width - marked) >> 1));
  const start = to < width - 1 && !line.cutBefore ? 0 : Math.max(0, Math.min(centred, total - width));
  const shown = line.cells.slice(start, start + width);
  if (shown[0] === '') shown[0] = ' ';
  if (start > 0 || line.cutBefore) hide(shown, 0);
  if (start + width < total || line.cutAfter) hide(shown, shown.length - 1);
  const shift = (column: number) => Math.min(Math.max(column - start, 0), width - 1);
  return { text: shown.join('').trimEnd(), shift };
}

function hide(cells: string[], index: number): void {
  if (cells[index + 1] === '') cells[index + 1] = ' ';
  if (cells[index] === '' && index > 0) cells[index - 1] = ' ';
  cells[index] = '\u2026';
}
