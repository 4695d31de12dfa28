import { DataError } from '../../data/data-error.ts';
import type { TaskRow } from './task-rows.ts';

/**
 * A template with `{column}` replaced by the row's values; `{a.b}` looks into an object, `{{` and `}}` are braces. A value is a
 * text or a number. Throws DataError for a column that the row does not have.
 */
export function fillTemplate(template: string, row: TaskRow, owner: string): string {
  return template.replace(/\{\{|\}\}|\{([^{}]+)\}/g, (match, path: string | undefined) => {
    if (path === undefined) return match[0]!;
    const value = rowValue(path, row, owner);
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw wrong(owner, row, path, `is neither a text nor a number`);
  });
}

/** The value of a column, or inside it (`endings.0`). Throws DataError where there is none. */
export function rowValue(path: string, row: TaskRow, owner: string): unknown {
  let value: unknown = row.values;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) {
      throw wrong(owner, row, path, `is missing; the row has ${Object.keys(row.values).slice(0, 8).join(', ')}`);
    }
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

/** A column that holds a list of texts. Throws DataError where it does not. */
export function textList(path: string, row: TaskRow, owner: string): readonly string[] {
  const value = rowValue(path, row, owner);
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')) return value;
  throw wrong(owner, row, path, 'is not a list of texts');
}

function wrong(owner: string, row: TaskRow, path: string, what: string): DataError {
  return new DataError(
    `${owner}: \`${row.place}\`: column \`${path}\` ${what}`,
    'name a column that every row of the data has',
  );
}
