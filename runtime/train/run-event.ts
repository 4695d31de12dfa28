import type { SkippedCheckpoint } from '../checkpoint/newest-checkpoint.ts';
import type { StepRecord } from '../data/derive/step-record.ts';
import type { PreparationProgress } from '../data/types.ts';
import type { RowsRecord } from '../tuning/prepared-tuning.ts';
import type { TrainingEvent } from './training-event.ts';

/** What a run has made ready of one dataset. */
export interface PreparedSummary {
  readonly dataset: string;
  readonly trainingTokens: number;
  readonly heldOutTokens: number;
  /** The tokens were there from an earlier run. */
  readonly cached: boolean;
  readonly malformedRows: number;
  readonly rows: number;
  /** What became of the rows at each step of a derived dataset; absent for others. */
  readonly steps?: readonly StepRecord[];
}

/** What happens from the start of a run to its end. */
export type RunEvent =
  | TrainingEvent
  /** The program of a phase was made. */
  | {
      readonly kind: 'engine';
      readonly phase: string;
      readonly engine: string;
      readonly compiled: boolean;
      readonly seconds: number;
    }
  | ({ readonly kind: 'preparing' } & Parameters<PreparationProgress>[0])
  | { readonly kind: 'prepared'; readonly datasets: readonly PreparedSummary[] }
  /** The rows of a phase of post-training, a record for each dataset. */
  | { readonly kind: 'prepared-rows'; readonly records: readonly RowsRecord[] }
  | {
      readonly kind: 'opened';
      readonly folder: string;
      readonly resumed: boolean;
      readonly startStep: number;
      readonly lastStep: number;
      readonly skipped: readonly SkippedCheckpoint[];
    };

export type RunObserver = (event: RunEvent) => void;
