import type { CatalogueRow } from '../catalogue-row.ts';
import * as syntax from './syntax.ts';
import * as entries from './syntax-entries.ts';
import * as numbers from './syntax-numbers.ts';
import * as structure from './syntax-structure.ts';

/** Every diagnostic that can be given, in the order of codes. A new file of rows is imported and listed here. */
export const catalogue: readonly CatalogueRow<never>[] = [syntax, numbers, structure, entries]
  .flatMap((rows): CatalogueRow<never>[] => Object.values(rows))
  .sort((a, b) => (a.code < b.code ? -1 : 1));

/** The row of a code; null when there is none. */
export function rowOf(code: string): CatalogueRow<never> | null {
  return catalogue.find((row) => row.code === code) ?? null;
}
