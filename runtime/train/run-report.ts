import type { EvaluationLine } from '../evaluate/run-evaluations.ts';
import type { SkipRecord } from '../run-folder/skip-record.ts';

/** What a run leaves for a person or a program to read, after it ended. */
export interface RunReport {
  /** `stopped`: an expectation that stops the run was missed. */
  readonly ended: 'finished' | 'interrupted' | 'stopped';
  readonly engine: string;
  readonly compiled: boolean;
  /** The run folder, as an absolute path. */
  readonly folder: string;
  /** The last step taken, of the steps of all phases. */
  readonly step: number;
  readonly steps: number;
  /** Position in the data; skipped steps count. */
  readonly tokens: number;
  /** Steps that were passed without training, in the order they came about. */
  readonly skips: readonly SkipRecord[];
  readonly heldOut: readonly HeldOutReport[];
  readonly evaluations: readonly EvaluationLine[];
  readonly samples: readonly TextSample[];
}

/** Held-out loss of a dataset in nats per token, at the first and the last measurement of a phase. */
export interface HeldOutReport {
  readonly phase: string;
  readonly dataset: string;
  readonly before: number | null;
  readonly after: number | null;
  /** null in post-training. Of the training tokens: a model that knows only how frequent each token is has this loss. */
  readonly unigramEntropy: number | null;
}

/** Text that the trained model wrote after the beginning of a held-out document. */
export interface TextSample {
  readonly dataset: string;
  readonly prompt: string;
  readonly text: string;
}
