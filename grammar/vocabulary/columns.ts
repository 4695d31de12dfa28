export interface ColumnRow {
  readonly name: string;
  readonly documentation: string;
}

/** Columns that every row has, whatever its source: they are computed where a step asks for them. */
export const computedColumns: readonly ColumnRow[] = [
  { name: 'tokens', documentation: 'number of tokens of the row' },
  { name: 'characters', documentation: 'number of Unicode code points of the row' },
  { name: 'language', documentation: 'two-letter code of the likeliest language' },
];
