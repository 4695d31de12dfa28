import { displayWidth } from '../diagnostics/reporters/display-width.ts';

/** How the cells of a column stand. */
export type Alignment = 'left' | 'right';

/** Rows of cells as lines with columns two spaces apart; no space at the end of a line. */
export function tableLines(rows: readonly (readonly string[])[], alignments: readonly Alignment[]): readonly string[] {
  const widths = alignments.map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column]!, alignments[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function padded(text: string, width: number, alignment: Alignment): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return alignment === 'left' ? text + space : space + text;
}

/** A name that takes at most so many columns, its end cut with an ellipsis. */
export function shortened(name: string, width: number): string {
  if (displayWidth(name) <= width) return name;
  let cut = [...name];
  while (displayWidth(cut.join('')) > width - 1) cut = cut.slice(0, -1);
  return `${cut.join('')}…`;
}
