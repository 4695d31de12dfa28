import type { PlanPhase } from '../../compiler/plan/index.ts';
import type { EvaluationEvent } from '../evaluate/run-evaluations.ts';
import type { StepShape } from '../model/types.ts';
import type { SkipRecord } from '../run-folder/skip-record.ts';
import type { PreferenceMetrics } from './preference-loss.ts';
import type { SequencePlace } from './training-data.ts';

/** One line of `metrics.jsonl`, in preference learning with TRL's metrics. No time in it: two runs of one plan on one machine write equal bytes. */
export interface StepMetrics extends Partial<PreferenceMetrics> {
  /** Of the run: the phases' steps are counted on. */
  readonly step: number;
  readonly phase: string;
  readonly stage: string;
  /** Position in the phase's data: what its steps so far stand for, this one and skipped ones included. */
  readonly tokens: number;
  /** Mean over the batch's predicted tokens, in nats, before the update. */
  readonly loss: number;
  readonly learning_rate: number;
  /** Before clipping. */
  readonly gradient_norm: number;
}

/** The line of a step that was passed without training (`skips.json` says why). */
export interface SkippedStep {
  readonly step: number;
  readonly phase: string;
  readonly stage: string;
  readonly tokens: number;
  readonly skipped: true;
}

export type MetricsLine = StepMetrics | SkippedStep;

/** One line of `timings.jsonl`. */
export interface StepTiming {
  readonly step: number;
  /** From the call for the batch to the end of the update. */
  readonly seconds: number;
  /** Of the rows, in post-training: padding is no token. */
  readonly tokens_per_second: number;
  /** In post-training: those of them that are trained on. */
  readonly trained_tokens_per_second?: number;
  /** Part of `seconds` spent on the batch, 0 to 1. */
  readonly data_share: number;
}

/** One line of `held-out.jsonl`: the loss of one dataset's held-out part after a step of the run (a phase begins with the step before its first). */
export interface HeldOutLoss {
  readonly step: number;
  readonly phase: string;
  readonly stage: string;
  readonly dataset: string;
  readonly sequence: number;
  /** Predicted tokens the mean is over. */
  readonly tokens: number;
  /** Mean in nats per token. */
  readonly loss: number;
}

/** What happens in a run, as it happens; steps are the run's. The command line draws it, tests collect it. */
export type TrainingEvent =
  | EvaluationEvent
  /** Something worth knowing that stops nothing: lower case, no full stop. */
  | { readonly kind: 'note'; readonly message: string }
  /** A phase is about to be trained, after `before` steps of the run and up to its step `lastStep`. */
  | { readonly kind: 'phase'; readonly phase: PlanPhase; readonly before: number; readonly lastStep: number }
  | { readonly kind: 'rehearsed'; readonly seconds: number }
  /** The next step is the first of its shape in this process: it compiles and takes longer. */
  | { readonly kind: 'new-shape'; readonly step: number; readonly shape: StepShape }
  | {
      readonly kind: 'step';
      readonly metrics: StepMetrics;
      readonly timing: StepTiming;
      /** What stands at each slot of the step's batch; computed when asked. */
      readonly places: () => readonly SequencePlace[];
      readonly firstOfShape: boolean;
    }
  /** The loss jumped: the run is at `skip.checkpoint` again and will pass the skipped steps. `message` says what was seen. */
  | { readonly kind: 'rewound'; readonly message: string; readonly skip: SkipRecord }
  /** A step was passed without training. */
  | { readonly kind: 'skipped'; readonly line: SkippedStep; readonly skip: SkipRecord }
  /** Held-out loss is about to be measured, which may take as long as many steps. */
  | { readonly kind: 'measuring'; readonly step: number }
  | { readonly kind: 'held-out'; readonly step: number; readonly losses: readonly HeldOutLoss[] }
  | { readonly kind: 'checkpoint'; readonly step: number; readonly path: string };

export type TrainingObserver = (event: TrainingEvent) => void;
