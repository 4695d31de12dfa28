import { createHash } from 'node:crypto';
import Fraction from 'fraction.js';
import { DataError } from '../data-error.ts';
import type { DataRow } from './row-content.ts';

/** What a take asks for: `all`, a number of rows, or a part of them as an exact text. */
export type AskedRows = string | number;

/**
 * The rows that a take yields, in the order in which they stand. Which ones depends on the plan's seed and on the rows' own
 * texts: neither the order of files nor rows that come or go elsewhere change the choice among the rest. A part is rounded
 * down. Throws DataError when there are fewer rows than asked for.
 */
export function takeRows(
  rows: readonly DataRow[],
  asked: AskedRows,
  seed: number,
  dataset: string,
): readonly DataRow[] {
  if (asked === 'all') return rows;
  const count = typeof asked === 'number' ? asked : Number(new Fraction(asked).mul(rows.length).floor().valueOf());
  if (count > rows.length) {
    const number = (value: number) => value.toLocaleString('en-US');
    throw new DataError(
      `\`take\` asks for ${number(count)} rows of \`${dataset}\`, which has ${number(rows.length)} that can be trained on`,
      'take fewer, or `take all`',
    );
  }
  const ranked = rows.map((row, index) => ({ index, rank: rankOf(row, seed) }));
  ranked.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : a.index - b.index));
  const chosen = ranked.slice(0, count).map(({ index }) => index);
  return chosen.sort((a, b) => a - b).map((index) => rows[index]!);
}

function rankOf({ key }: DataRow, seed: number): string {
  return createHash('sha256').update(`smol take\0${seed}\0`).update(key).digest('hex');
}
