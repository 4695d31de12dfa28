import type { StepRecord } from '../data/derive/step-record.ts';
import type { MalformedRows } from '../data/types.ts';
import type { TrainingData } from '../train/training-data.ts';
import type { Example } from './example.ts';
import type { MarkedRows } from './marked-rows.ts';
import type { SftCounts } from './sft-examples.ts';

/** What became of the rows of one dataset in one phase: for people, and for `data.json`. */
export interface RowsRecord {
  readonly phase: string;
  readonly dataset: string;
  readonly id: string;
  readonly counts: SftCounts | PairCounts;
  /** SHA-256 (hex) of the tokens and of what is trained, row after row. */
  readonly content_hash: string;
  readonly malformed: readonly { readonly dataset: string; readonly malformed: MalformedRows }[];
  /** Rows in whose messages a special token is written out. */
  readonly marked?: MarkedRows;
  /** What became of rows at the steps of derived datasets; absent where there is none. */
  readonly steps?: readonly StepRecord[];
}

/** What became of pairs of answers. */
export interface PairCounts {
  /** All that were read. */
  readonly rows: number;
  /** Left out: both answers are the same, before or after cutting. */
  readonly equal: number;
  /** Left out: an answer is empty. */
  readonly empty: number;
  /** Too long even with the prompt cut: left out, or cut where the recipe says so. */
  readonly tooLong: number;
  /** Pairs whose prompt lost its beginning. */
  readonly promptsCut: number;
  /** Pairs that are trained on. */
  readonly pairs: number;
  /** Of the answers of these. */
  readonly trainedTokens: number;
}

/** A row as the model reads it; of a pair, each answer after the prompt. */
export interface PreparedRow {
  readonly dataset: string;
  /** `chats.jsonl:12`. */
  readonly place: string;
  readonly sequences: readonly { readonly name: 'row' | 'chosen' | 'rejected'; readonly example: Example }[];
}

/** A phase of post-training with its data, in memory. */
export interface PreparedTuning {
  readonly data: TrainingData;
  readonly records: readonly RowsRecord[];
  /** Worth knowing before it starts: rows that the plan counted otherwise. Lower case, no full stop. */
  readonly notes: readonly string[];
  /** The first rows that are trained on, as the model reads them. */
  preview(rows: number): readonly PreparedRow[];
  /** Conversations up to where the assistant answers, held out where rows are: for samples. */
  readonly prompts: readonly { readonly dataset: string; readonly prompt: string }[];
}
