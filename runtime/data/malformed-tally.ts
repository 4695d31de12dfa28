import type { SourceRow } from './sources/rows.ts';
import type { MalformedKind, MalformedRow, MalformedRows } from './types.ts';

/** Malformed rows that are kept with their place; the rest are counted. */
const keptExamples = 10;

/** Counts a dataset's rows, good and malformed, as they pass. */
export interface MalformedTally {
  /** Returns the row's text, or null when it is malformed. `file` is the name of the row's file. */
  text(row: SourceRow, file: string): string | null;
  result(): MalformedRows;
}

export function createMalformedTally(): MalformedTally {
  let rows = 0;
  let count = 0;
  const kinds: Partial<Record<MalformedKind, number>> = {};
  const examples: MalformedRow[] = [];
  return {
    text(row, file) {
      rows++;
      if (row.text !== null) return row.text;
      count++;
      kinds[row.kind] = (kinds[row.kind] ?? 0) + 1;
      if (examples.length < keptExamples) examples.push({ kind: row.kind, file, line: row.line, reason: row.reason });
      return null;
    },
    result: () => ({ count, rows, kinds, examples }),
  };
}
