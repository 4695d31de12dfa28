import Fraction from 'fraction.js';
import { DataError } from './data-error.ts';
import type { MalformedRows } from './types.ts';

/** `data/web.jsonl:12: column \`text\` is null`, a line for each kept example. */
export function malformedDetails(malformed: MalformedRows): readonly string[] {
  const lines = malformed.examples.map((each) => `${each.file}:${each.line}: ${each.reason}`);
  const more = malformed.count - malformed.examples.length;
  return more > 0 ? [...lines, `and ${more.toLocaleString('en-US')} more`] : lines;
}

/**
 * Throws DataError when more than the part `maximum` ("0.01", "1/3") of a dataset's rows is malformed, or when it has no row
 * that can be used.
 */
export function checkMalformed(dataset: string, malformed: MalformedRows, maximum: string): void {
  const { count, rows } = malformed;
  const details = malformedDetails(malformed);
  if (rows === 0) {
    throw new DataError(`dataset \`${dataset}\` is empty: its files hold no row`, 'give files with at least one row');
  }
  if (count === rows) {
    throw new DataError(
      `dataset \`${dataset}\` has no row that can be used: all ${format(rows)} are malformed`,
      'see the first of them; `format = text("COLUMN")` names the column that holds the text',
      { details },
    );
  }
  const limit = new Fraction(maximum);
  if (new Fraction(count, rows).compare(limit) <= 0) return;
  const percent = (value: Fraction) => `${Number(value.mul(100).valueOf().toPrecision(3))}%`;
  throw new DataError(
    `dataset \`${dataset}\`: ${format(count)} of ${format(rows)} rows are malformed (${percent(new Fraction(count, rows))}), ` +
      `above \`max_malformed = ${percent(limit)}\``,
    'mend or remove these rows, or raise `max_malformed` to skip them',
    { details },
  );
}

function format(count: number): string {
  return count.toLocaleString('en-US');
}
