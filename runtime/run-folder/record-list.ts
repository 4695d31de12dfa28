import { existsSync, readFileSync } from 'node:fs';
import { RunError } from '../train/run-error.ts';

/** What a record of a run folder, `{"format": 1, [key]: [...]}`, has to be. */
export interface RecordListKind<T> {
  readonly key: string;
  readonly isItem: (value: unknown) => value is T;
  /** What the file is a record of, for people. */
  readonly of: string;
  /** What to do about a damaged one. */
  readonly help: string;
}

/** The items of a record; none where there is no file. Throws `RunError` for a file that is no such record. */
export function readRecordList<T>(path: string, { key, isItem, of, help }: RecordListKind<T>): readonly T[] {
  if (!existsSync(path)) return [];
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as { readonly [key: string]: unknown };
    const items = value[key];
    if (value.format === 1 && Array.isArray(items) && items.every(isItem)) return items;
  } catch {
    // Said below.
  }
  throw new RunError(`\`${path}\` is not a record of ${of} of this version`, { help });
}
