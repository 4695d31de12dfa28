/** What one step of a run does: the sampler's arithmetic and the schedule, nothing simulated. */
export interface StepInspection {
  readonly recipe: string;
  readonly profile: string | null;
  readonly plan: string;
  /** 1-based, over all phases, and how many there are. */
  readonly step: number;
  readonly steps: number;
  readonly phase: { readonly name: string; readonly step: number; readonly steps: number };
  readonly stage: InspectedStage;
  /** Tokens trained before the step, over all phases, and in it. */
  readonly tokens_before: number;
  readonly tokens: number;
  readonly learning_rate: number;
  readonly sequence: number;
  readonly batch_sequences: number;
  readonly rope_theta: number;
  readonly attention: 'full' | 'document';
  /** What the step draws from, largest share first. */
  readonly shares: readonly InspectedShare[];
  /** All of the batch, or the one that was asked for. */
  readonly slots: readonly InspectedSlot[];
}

export interface InspectedStage {
  readonly name: string;
  readonly from_tokens: number;
  readonly to_tokens: number;
  readonly first_step: number;
  readonly last_step: number;
}

export interface InspectedShare {
  readonly dataset: string;
  /** Exact. */
  readonly share: string;
  /** Sequences of the dataset in this batch. */
  readonly sequences: number;
  /** Tokens read of it before the step, by all phases. */
  readonly tokens_read: number;
  /** The same over its size; null when that is unknown. */
  readonly epochs_read: number | null;
}

export interface InspectedSlot {
  /** 0-based place in the batch. */
  readonly slot: number;
  readonly dataset: string;
  /** 0-based count of the dataset's sequences of this length since the run's start. */
  readonly draw: number;
  /** Which reading of the dataset this is, from 0, and its window; null without data. */
  readonly epoch: number | null;
  readonly window: number | null;
}
