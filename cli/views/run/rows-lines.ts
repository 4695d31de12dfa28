import { formatCount, formatTokens } from '../../../compiler/index.ts';
import type { RowsRecord } from '../../../runtime/index.ts';
import { stepLines } from './step-lines.ts';

/** What became of a dataset's rows in a phase of post-training, for the progress of a run and for `smol preview`. */
export function rowsLines({ phase, dataset, counts, malformed, marked, steps = [] }: RowsRecord): string[] {
  const trained = `${formatTokens(counts.trainedTokens)} tokens trained`;
  const lines =
    'pairs' in counts
      ? [
          facts(`${phase}: ${dataset} ${formatCount(counts.pairs)} pairs`, [
            trained,
            said(counts.equal, 'equal'),
            said(counts.empty, 'with an empty answer'),
            said(counts.tooLong, 'too long'),
            said(counts.promptsCut, 'prompts cut'),
          ]),
        ]
      : [
          facts(`${phase}: ${dataset} ${formatCount(counts.examples)} rows`, [
            trained,
            said(counts.tooLong, `too long (${counts.isCut ? 'cut' : 'left out'})`),
            said(counts.untrained, 'without a token to train on (left out)'),
          ]),
          `  rows whose end token is trained: ${percent(counts.endsTrained, counts.uncut)}`,
        ];
  const bad = malformed.filter((each) => each.malformed.count > 0);
  return [
    ...lines,
    ...stepLines(steps),
    ...(marked?.first ? [markedLine(dataset, marked.count, marked.first)] : []),
    ...bad.map(
      (each) =>
        `note: ${formatCount(each.malformed.count)} of ${formatCount(each.malformed.rows)} rows of \`${each.dataset}\` are malformed and were left out (see data.json)`,
    ),
  ];
}

function markedLine(
  dataset: string,
  count: number,
  { mark, place }: { readonly mark: string; readonly place: string },
) {
  const [rows, hold] = count === 1 ? ['1 row', 'holds'] : [`${formatCount(count)} rows`, 'hold'];
  return `note: ${rows} of \`${dataset}\` ${hold} a special token in a message (\`${mark}\` at ${place}): the model reads it as the token, not as text`;
}

function facts(first: string, more: readonly string[]): string {
  return [first, ...more.filter((each) => each !== '')].join(' · ');
}

function said(count: number, what: string): string {
  return count === 0 ? '' : `${formatCount(count)} ${what}`;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? 'none is whole' : `${((100 * part) / whole).toFixed(1)}%`;
}
