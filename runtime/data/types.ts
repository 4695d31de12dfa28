import type { StepRecord } from './derive/step-record.ts';

/** Where preparation reports what it does; the command line draws it, tests collect it. */
export type PreparationProgress = (event: {
  readonly dataset: string;
  readonly documents: number;
  readonly tokens: number;
  readonly bytesRead: number;
  readonly bytesTotal: number;
  /** True when the tokens were found in the cache. */
  readonly cached: boolean;
}) => void;

/** Why a row cannot be used. */
export type MalformedKind =
  | 'invalid_utf8'
  | 'invalid_json'
  | 'not_an_object'
  | 'column_missing'
  | 'column_null'
  | 'column_not_text'
  | 'column_not_comparable'
  | 'empty_text'
  | 'lone_surrogate'
  | 'too_long'
  | 'not_messages';

/** One row that could not be used, with its place. */
export interface MalformedRow {
  readonly kind: MalformedKind;
  /** Relative to the recipe's folder. */
  readonly file: string;
  /** 1-based line of a `.jsonl`; 1 for a `.txt`. */
  readonly line: number;
  readonly reason: string;
}

/** The tokens of one part (training or held out) of one dataset: document after document, an end-of-text token after each. */
export interface TokenStore {
  readonly tokenCount: number;
  readonly documentCount: number;
  /** Tokens `from` … `from + length - 1`. Throws if the range is outside. */
  read(from: number, length: number): Int32Array;
  /** The document that holds the token. Throws if the token is outside. */
  documentAt(token: number): StoredDocument;
  close(): void;
}

/** Tokens `from` … `to - 1` of a store, the last of them the end of text, and where they come from. */
export interface StoredDocument {
  /** 0-based, in the order of the store. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
  /** Relative to the recipe's folder. */
  readonly file: string;
  /** 1-based line of a `.jsonl`; 1 for a `.txt`. */
  readonly line: number;
}

/** What was found wrong in a dataset's rows; these rows are in no store. */
export interface MalformedRows {
  readonly count: number;
  /** All rows, good and malformed. */
  readonly rows: number;
  readonly kinds: Readonly<Partial<Record<MalformedKind, number>>>;
  /** The first few, for the report. */
  readonly examples: readonly MalformedRow[];
}

export interface PreparedDataset {
  readonly name: string;
  readonly id: string;
  readonly training: TokenStore;
  readonly heldOut: TokenStore;
  /** SHA-256 (hex) of the training tokens: what a rerun compares. */
  readonly contentHash: string;
  readonly cached: boolean;
  readonly malformed: MalformedRows;
  /** What became of the rows at each step of a derived dataset, and at those that it derives from; empty for others. */
  readonly steps: readonly StepRecord[];
}

/** A batch as the training program takes it, row-major. */
export interface Batch {
  readonly sequences: number;
  readonly sequence: number;
  /** [sequences * sequence] token ids. */
  readonly tokens: Int32Array;
  /** [sequences * sequence] the next token at each place; -100 where nothing is to be predicted. */
  readonly labels: Int32Array;
  /**
   * With `attention = document`: for each place, the number of its document within the window (0, 1, …) and its position,
   * counted from that document's first token in the window. null with full attention.
   */
  readonly documents: { readonly index: Int32Array; readonly position: Int32Array } | null;
  /**
   * In post-training: tokens of the rows, padding left out, and those of them that are predicted. Absent where every place is
   * filled and predicted.
   */
  readonly filled?: { readonly tokens: number; readonly trained: number };
  /**
   * In preference learning, where sequences 2p and 2p + 1 are the answers of pair p: [sequences] the reference model's
   * log-likelihoods. Absent where the program computes them itself.
   */
  readonly reference?: Float32Array;
}
