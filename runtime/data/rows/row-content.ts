import type { PlanChat } from '../../../compiler/plan/index.ts';
import type { ChatMessage, Conversation } from '../../chat/conversation.ts';
import type { RowValues } from '../sources/row-text.ts';

/** What a row of post-training says. */
export type RowContent =
  | ({ readonly kind: 'conversation' } & Conversation)
  | {
      readonly kind: 'preference';
      readonly prompt: readonly ChatMessage[];
      readonly chosen: readonly ChatMessage[];
      readonly rejected: readonly ChatMessage[];
      readonly tools: readonly unknown[] | null;
    };

/** A row with its place. */
export interface DataRow {
  readonly content: RowContent;
  /** The content as text: equal rows have equal keys, wherever they stand. */
  readonly key: string;
  /** How its data set has it written; absent where the phase that reads it says so. */
  readonly chat?: PlanChat;
  /** All columns, where steps of a derived dataset are to see them. */
  readonly values?: RowValues;
  /** Relative to the recipe's folder. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}
