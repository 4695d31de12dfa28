/** The parts of a plan that say what is read: datasets, their sources and formats, and what scores their rows. */

import type { PlanStep } from './step-types.ts';

export type PlanSource =
  /** `paths` are relative to the recipe's folder, `/`-separated, and may end in a glob (`data/web/*.jsonl`). */
  | { readonly kind: 'local'; readonly paths: readonly string[] }
  | {
      readonly kind: 'hf';
      readonly repository: string;
      readonly config: string | null;
      readonly split: string | null;
      readonly revision: string | null;
    }
  /** A derived dataset: the name of another dataset, whose rows pass through `steps`. */
  | { readonly kind: 'dataset'; readonly dataset: string }
  /** Rows of other datasets, chosen by the seed and put together in this order. */
  | {
      readonly kind: 'takes';
      readonly takes: readonly {
        readonly dataset: string;
        /** `all`, a number of rows, or a part of them as an exact text. */
        readonly asked: string | number;
        /** Rows that it yields; null where that follows from an unknown size. */
        readonly rows: number | null;
      }[];
    }
  /** Rows that a model writes, `samples` to each prompt of another dataset; `max_tokens` null is the server's limit. */
  | {
      readonly kind: 'generate';
      readonly endpoint: string;
      readonly model: string;
      readonly prompts: string;
      readonly system: string | null;
      readonly samples: number;
      readonly turns: number;
      readonly temperature: number;
      readonly top_p: number;
      readonly max_tokens: number | null;
    };

/** What a row is, with the columns that hold its parts. */
export type PlanRowFormat =
  | { readonly kind: 'text' | 'messages'; readonly column: string }
  | { readonly kind: 'prompt_response'; readonly prompt: string; readonly response: string }
  | { readonly kind: 'preference'; readonly prompt: string; readonly chosen: string; readonly rejected: string };

/** A model that scores rows; with annotations it is trained on them first. */
export interface PlanClassifier {
  readonly name: string;
  /** Hash of what it scores with; names are outside. */
  readonly id: string;
  readonly model: PlanSource;
  /** The column that is scored. */
  readonly reads: string;
  /** Name of the dataset of scored rows; null when `model` scores as it is. */
  readonly annotations: string | null;
  /** Their column with the score; null without annotations. */
  readonly label: string | null;
  readonly least: number;
  readonly most: number;
}

/** How a conversation becomes text. */
export type PlanChat =
  | { readonly kind: 'chatml'; readonly system: string | null }
  | { readonly kind: 'jinja'; readonly template: string }
  | { readonly kind: 'from_tokenizer' };

export interface PlanDataset {
  readonly name: string;
  /** 64 hex digits: hash of the resolved source and steps, never of name or place. Datasets that share it are one dataset. */
  readonly id: string;
  readonly domain: string | null;
  readonly source: PlanSource;
  /** What its rows pass, in order; `stepText` writes them as a recipe does. */
  readonly steps: readonly PlanStep[];
  readonly size_tokens: number | null;
  readonly size_rows: number | null;
  /** Column that holds the text of a `.jsonl` row. */
  readonly text_column: string;
  readonly format: PlanRowFormat;
  /** How its conversations become text, where it says so itself; absent where the phase that reads them does. */
  readonly chat?: PlanChat;
  readonly order: 'shuffled' | 'sequential';
  /** Rows (documents) kept out of training for held-out loss. */
  readonly holdout_rows: number;
  /** Malformed rows tolerated before preparation fails, as a fraction of rows ("0.01"). */
  readonly max_malformed: string;
  /** Over all stages and phases; for a root also what its derived datasets read. */
  readonly planned_tokens: number;
  /** planned / size, 4 decimals ("3.8185"); null when the size is unknown. */
  readonly epochs: string | null;
  /** Epochs that are accepted without a warning, whole or not; 1 for `repeat = never`. */
  readonly epoch_limit: number;
  /** Position in the run's tokens (as run, over all phases) where the limit's last epoch ends; null when not reached or unknown. */
  readonly epoch_limit_at_tokens: number | null;
  /** The same of the first epoch. */
  readonly first_exhausted_at_tokens: number | null;
  /** What happens after the limit's last epoch; absent where the dataset is read again. */
  readonly on_exhaustion?: 'error' | 'stop' | 'redistribute';
  /**
   * Position in the run's tokens after the last step that reads it, where `stop` or `redistribute` is applied; absent where it
   * does not run out.
   */
  readonly exhausted_at_tokens?: number;
}
