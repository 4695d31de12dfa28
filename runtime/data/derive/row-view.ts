/** A row as the steps of a derived dataset see it. */
export interface RowView {
  /** Its columns, as JSON has them. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What is trained on: the text column, or the contents of all messages, a line each. */
  readonly text: string;
  /** Equal for equal rows, wherever they stand: what a seeded choice depends on. */
  readonly key: string;
  /** For messages: the file's name. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** What is computed for a row where a step asks for it, besides its columns. */
export interface ComputedColumns {
  /** Of the row's text, by the run's tokenizer. */
  readonly tokens?: number;
  /** Two letters, or an empty text where none can be told. */
  readonly language?: string;
}
