import { displayWidth, printable } from '../../compiler/index.ts';
import type { PreviewRow, RowsPreview } from '../../runtime/index.ts';
import type { Terminal } from '../context.ts';
import { rowsLines } from './run/rows-lines.ts';

/** Columns in front of a text: mark, places, gap. */
const gutter = 14;

/** Rows as the model reads them: what is trained on is marked at its left, with its places and its tokens. */
export function previewText(preview: RowsPreview, { columns }: Pick<Terminal, 'columns'>): string {
  const width = Math.max(40, Math.min(columns, 80));
  const lines = [
    ...preview.records.flatMap(rowsLines).flatMap((line) => pieces(line, width, ' ')),
    ...preview.notes.flatMap((note) => pieces(`note: ${note}`, width, ' ')),
    ...preview.rows.flatMap((row) => rowLines(row, width)),
    '',
    '█ is trained on; ⏎ stands for a line break, and the numbers are token ids',
  ];
  return `${lines.join('\n')}\n`;
}

function rowLines({ dataset, place, sequences }: PreviewRow, width: number): string[] {
  return sequences.flatMap(({ name, tokens, trained, runs }) => [
    '',
    `${dataset} ${place}${name === 'row' ? '' : `, ${name}`}: ${tokens} tokens, ${trained} trained`,
    ...runs.flatMap((run) => {
      const mark = run.trained ? '█' : ' ';
      const last = run.from + run.tokens.length - 1;
      const places = run.tokens.length === 1 ? `${run.from}` : `${run.from}-${last}`;
      const text = pieces(printable(run.text.replaceAll('\n', '⏎')), width - gutter);
      const ids = pieces(run.tokens.join(' '), width - gutter, ' ');
      const first = `${mark} ${places.padEnd(gutter - 3)} `;
      const more = `${mark} ${' '.repeat(gutter - 3)} `;
      return [...text, ...ids].map((line, i) => `${i === 0 ? first : more}${line}`.trimEnd());
    }),
  ]);
}

/** A text in parts of at most `width` columns; nothing of it is left out. Broken at `at` where that is given. */
function pieces(text: string, width: number, at = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of at === '' ? [...text] : text.split(at)) {
    const longer = line === '' ? part : `${line}${at}${part}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  return [...lines, line];
}
