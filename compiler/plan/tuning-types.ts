import type { PlanChat } from './data-types.ts';

/** What post-training reads and how; members that a kind does not have are null. */
export interface PlanTuning {
  /** Rows of these datasets; a single one has share 1. In the order of first mention. */
  readonly data: readonly { readonly dataset: string; readonly dataset_id: string; readonly share: string }[];
  /** Longest row in tokens. */
  readonly sequence: number;
  /** Rows of a step (sequences, when packed; pairs, for dpo). */
  readonly batch_sequences: number;
  readonly chat: PlanChat;
  /** What becomes of a row longer than `sequence`. */
  readonly too_long: 'drop' | 'truncate' | 'error';
  readonly loss_on: 'assistant' | 'last_turn' | 'all' | null;
  readonly packing: boolean | null;
  readonly attention: 'full' | 'document' | null;
  /** Part of the rows that may have no token to train on, an exact text; outside the hash. */
  readonly max_untrained: string | null;
  readonly beta: number | null;
  readonly max_prompt: number | null;
  readonly loss: 'sigmoid' | 'hinge' | 'ipo' | 'apo_zero' | 'apo_down' | null;
  readonly length_normalised: boolean | null;
  /** When the reference's log-likelihoods are computed, with the same result; outside the hash. */
  readonly reference: 'precomputed' | 'live' | null;
}
