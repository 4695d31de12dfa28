import type { Batch } from '../data/types.ts';
import type { StepShape } from '../model/types.ts';
import type { StoredReference } from '../run-folder/stored-reference.ts';
import type { PreferenceSide } from './program.ts';

/** Which window of which dataset stands at one slot of a batch. */
export interface SequencePlace {
  readonly dataset: string;
  readonly datasetId: string;
  /** 0-based count of the dataset's sequences of this length since the run's start. */
  readonly draw: number;
  readonly epoch: number;
  /** 0-based window of the dataset's tokens, of the step's sequence length. */
  readonly window: number;
  /** In post-training: the places of the rows that stand there (`chats.jsonl:12`). */
  readonly rows?: readonly string[];
}

/** What a training run reads: the batch of any step, and the held-out parts. */
export interface TrainingData {
  /** The batch of a step (1-based): a pure function of plan, seed and data. */
  batchAt(step: number): Batch;
  /** Tokens of steps 1 … step that are trained on. */
  tokensThrough(step: number): number;
  /** What stands at each slot of a step's batch. */
  placesAt(step: number): readonly SequencePlace[];
  /** Tokens that the phase's steps before this one read, by dataset; up to the step after the phase's last. */
  tokensReadBefore(step: number): ReadonlyMap<string, number>;
  readonly heldOut: readonly HeldOutPart[];
  /**
   * Preference learning only: computes the reference model's log-likelihoods of every answer, by the program's weights as they
   * are; those that `stored` has are taken from there, others put there. To be called at the phase's start, unless the program
   * computes them in every step; batches have them from then on. False when it was interrupted before the last.
   */
  prepareReference?(
    preference: PreferenceSide,
    shape: StepShape,
    stored: StoredReference,
    interrupted: AbortSignal,
  ): Promise<boolean>;
}

/** The held-out part of one dataset, in its windows. */
export interface HeldOutPart {
  readonly dataset: string;
  /** Always the same batches for the same shape; each has exactly the shape's sequences. Empty: nothing is held out. */
  batches(shape: StepShape): Iterable<Batch>;
}
