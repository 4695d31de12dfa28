import type { PlanTuning } from './tuning-types.ts';

export type { PlanTuning } from './tuning-types.ts';

import type { PlanClassifier, PlanDataset, PlanSource } from './data-types.ts';

export type * from './data-types.ts';
export type * from './step-types.ts';

/**
 * The plan: the compiled recipe, and the contract between the compiler and everything that runs, exports or shows a recipe.
 *
 * It is one canonical JSON document (sorted keys, no timestamps, no absolute paths). Tokens, steps and sequences are exact
 * integers (all below 2^53); a share is an exact decimal string ("0.54") or, where no decimal ends, a fraction ("1/3").
 * `null` means unknown or not applicable. The JSON Schema in `plan.schema.json` describes the same document.
 */
export interface Plan {
  readonly plan_version: 1;
  readonly recipe: string;
  /** SHA-256 (hex) of the canonical form of what is computed; names, order, formatting, profile and cost are outside. */
  readonly hash: string;
  readonly profile: string | null;
  /** `--set PATH=VALUE` as given, in order. */
  readonly settings: readonly string[];
  readonly seed: number;
  readonly tokenizer: PlanSource;
  readonly model: PlanModel;
  readonly datasets: readonly PlanDataset[];
  /** What scores rows of datasets; absent without any. */
  readonly classifiers?: readonly PlanClassifier[];
  readonly phases: readonly PlanPhase[];
  /** What cost and memory are of; outside the hash. null when the recipe names none. */
  readonly cluster: PlanCluster | null;
  readonly totals: PlanTotals;
  /** null without a cluster. */
  readonly memory: PlanMemory | null;
  readonly evaluations: readonly PlanEvaluation[];
  readonly ablations: readonly PlanAblation[];
  readonly diagnostics: readonly PlanDiagnostic[];
  /** Where each value comes from, by JSON pointer into this document ("/model/hidden"). */
  readonly provenance: Readonly<Record<string, PlanOrigin>>;
}

export interface PlanModel {
  readonly family: 'llama';
  readonly layers: number;
  readonly hidden: number;
  readonly ffn: number;
  readonly heads: number;
  readonly kv_heads: number;
  readonly head_size: number;
  readonly vocab: number;
  readonly context: number;
  readonly rope_theta: number;
  readonly norm_eps: number;
  readonly tie_embeddings: boolean;
  readonly init_std: number;
  readonly parameters: number;
}

/**
 * A phase. Pretraining counts in tokens and has stages and segments; post-training (`sft`, `dpo`) counts in rows and has
 * `tuning`, and no stages.
 */
export interface PlanPhase {
  readonly kind: 'pretrain' | 'sft' | 'dpo';
  readonly name: string;
  readonly steps: number;
  /** null in post-training. */
  readonly asked_tokens: number | null;
  /** Trained tokens; null where rows are of unknown length. */
  readonly tokens: number | null;
  /** null where stages differ, and where rows are of unknown length. */
  readonly tokens_per_step: number | null;
  /** Post-training: rows of the data; null when they are unknown, and for a mixture. */
  readonly rows: number | null;
  /** Post-training: passes over them, an exact text; null where the length is given in steps. */
  readonly epochs: string | null;
  readonly from: PlanStart;
  readonly precision: 'float32' | 'bf16';
  /** Whether the backward pass computes each layer again: memory for time, with the same result. */
  readonly recompute: 'none' | 'layer';
  readonly optimizer: PlanOptimizer;
  /** Global gradient norm is clipped to this; null for no clipping. */
  readonly clip_norm: number | null;
  readonly schedule: PlanSchedule;
  readonly checkpoint: PlanCheckpoint;
  readonly on_spike: PlanSpikeRule | null;
  readonly stages: readonly PlanStage[];
  readonly segments: readonly PlanSegment[];
  readonly tuning: PlanTuning | null;
}

/** A phase of pretraining: what is counted in tokens is known. */
export type PlanPretrain = PlanPhase & {
  readonly kind: 'pretrain';
  readonly asked_tokens: number;
  readonly tokens: number;
  readonly tuning: null;
};

/** Where a phase's weights come from; its optimizer and schedule start anew. */
export type PlanStart =
  | { readonly kind: 'fresh' }
  /** After so many steps of another phase; null for its end. */
  | { readonly kind: 'phase'; readonly phase: string; readonly step: number | null }
  | { readonly kind: 'weights'; readonly source: PlanSource }
  | { readonly kind: 'checkpoint' | 'nanotron'; readonly path: string };

/**
 * A loss more than `over` standard deviations above the mean of the last `window_steps` takes the run back to its last
 * checkpoint and past `skip_steps` steps of data.
 */
export interface PlanSpikeRule {
  readonly kind: 'rewind';
  readonly to: 'last_checkpoint';
  readonly skip_steps: number;
  readonly over: number;
  readonly window_steps: number;
}

export interface PlanOptimizer {
  readonly kind: 'adamw';
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  /** Decoupled: theta <- theta - lr * weight_decay * theta. */
  readonly weight_decay: number;
  /** Parameter groups that are not decayed. */
  readonly decay_exclude: readonly ('norms' | 'embeddings')[];
}

/**
 * Learning rate of step s (1-based), a pure function (see schedule.ts). Warm-up is steps 1…warmup_steps and reaches `peak`
 * at its last; the decay is steps decay_start_step+1 … decay_start_step+decay_steps and reaches `end` at its last (0 steps: none).
 * `inverse_sqrt` has no decay of this kind and stays at `end` or above.
 */
export interface PlanSchedule {
  readonly kind: 'wsd' | 'constant' | 'cosine' | 'linear' | 'inverse_sqrt';
  readonly peak: number;
  readonly end: number;
  readonly warmup_steps: number;
  readonly decay_start_step: number;
  readonly decay_steps: number;
  readonly shape: 'linear' | 'cosine' | 'one_minus_sqrt';
}

export interface PlanCheckpoint {
  /** null: only the final checkpoint. */
  readonly every_steps: number | null;
  /** Newest checkpoints kept; null keeps all. The final one is always kept. */
  readonly keep: number | null;
}

export interface PlanStage {
  readonly name: string;
  /** As asked in the recipe. */
  readonly from_tokens: number;
  readonly to_tokens: number;
  /** As run: whole steps. */
  readonly actual_from_tokens: number;
  readonly actual_to_tokens: number;
  /** 1-based, inclusive. */
  readonly first_step: number;
  readonly last_step: number;
  readonly steps: number;
  readonly tokens: number;
  readonly sequence: number;
  readonly batch_sequences: number;
  readonly rope_theta: number;
  readonly attention: 'full' | 'document';
  /** Steps at its start over which the shares move from those of the stage before; 0 without a ramp. */
  readonly ramp_steps: number;
  /** Flattened leaf datasets in the order of first mention; shares add up to exactly 1, sequences to steps x batch. */
  readonly mixture: readonly PlanShare[];
}

export interface PlanShare {
  readonly dataset: string;
  readonly share: string;
  readonly sequences: number;
  readonly tokens: number;
}

/** Short runs that differ in their data, each from the same weights; outside the hash. */
export interface PlanAblation {
  readonly name: string;
  /** The phase that the arms copy. */
  readonly of: string;
  /** The nearest checkpoint to the step that was asked for. */
  readonly from: PlanStart;
  readonly asked_step: number | null;
  readonly arms: readonly {
    readonly name: string;
    /** Of what the arm computes, the run up to its start among it. */
    readonly hash: string;
    readonly phase: PlanPhase;
    readonly totals: PlanTotals;
    /** Where its points are other steps than the first arm's, as they are for rows of another number. */
    readonly evaluations?: readonly PlanEvaluation[];
  }[];
  /** What is compared; points are steps of the first arm. */
  readonly evaluations: readonly PlanEvaluation[];
}

/** What is measured where; outside the hash. */
export interface PlanEvaluation {
  readonly name: string;
  readonly points: readonly PlanPoint[];
  readonly tasks: readonly {
    readonly kind: 'cloze' | 'choice' | 'generate' | 'perplexity' | 'needle';
    /** The name of a task, or its file (`tasks/arithmetic.json`) relative to the recipe. */
    readonly task: string;
    readonly name: string;
    readonly shots: number;
    readonly formulation: 'mcf' | 'cf' | null;
  }[];
  readonly expectations: readonly {
    /** The name of a task. */
    readonly metric: string;
    readonly comparison: '<' | '<=' | '>' | '>=' | '==' | '!=';
    /** An exact text; 25% is "0.25". */
    readonly value: string;
    /** null: at every point. */
    readonly at: PlanPoint | null;
    readonly otherwise: 'warn' | 'stop';
  }[];
}

/** A place after a step's last update; step 0 is before the first. */
export interface PlanPoint {
  /** As a recipe writes it. */
  readonly at: string;
  readonly phase: string;
  readonly step: number;
  /** Trained tokens of the phase there, as run; null in post-training. */
  readonly tokens: number | null;
}

/** A maximal run of steps in which nothing changes: the unit of sampling. */
export interface PlanSegment {
  readonly first_step: number;
  readonly last_step: number;
  readonly sequence: number;
  readonly batch_sequences: number;
  readonly rope_theta: number;
  readonly attention: 'full' | 'document';
  /** By dataset id, in the order of ids. */
  readonly shares: readonly { readonly dataset_id: string; readonly share: string }[];
}

/** Sums over all phases; tokens and what follows from them over those whose tokens are known. */
export interface PlanTotals {
  readonly tokens: number;
  readonly steps: number;
  /** 6 x parameters x tokens, an exact decimal string; the attention term stands apart. */
  readonly flops: string;
  readonly attention_flops: string;
  /** 6 significant digits; null without a cluster (and without a price for the cost). See cost.ts. */
  readonly gpu_hours: number | null;
  readonly days: number | null;
  readonly cost_usd: number | null;
  /** Size of one checkpoint: parameters and both AdamW moments in float32. */
  readonly checkpoint_bytes: number;
  /** Checkpoints over all phases: how many are written, how many are there at the end, and what these take on disk. */
  readonly checkpoints_written: number;
  readonly checkpoints_kept: number;
  readonly checkpoints_kept_bytes: number;
}

export interface PlanCluster {
  readonly name: string;
  readonly nodes: number;
  readonly gpus_per_node: number;
  readonly gpus: number;
  readonly gpu: string;
  /** Of one GPU: peak FLOP/s of dense bfloat16 products, and bytes of memory. */
  readonly gpu_peak_flops: number;
  readonly gpu_bytes: number;
  readonly dp: number;
  readonly tp: number;
  readonly pp: number;
  /** Sequences of one pass on one replica. */
  readonly micro_batch: number;
  /** Part of the peak that is reached. */
  readonly mfu: number;
  /** usd per GPU hour. */
  readonly price: number | null;
}

/** Bytes on the fullest GPU in the stage that needs most (memory.ts has the formulas and their sources). */
export interface PlanMemory {
  readonly stage: string;
  readonly sequence: number;
  /** Sequences of one pass there. */
  readonly micro_batch: number;
  readonly weights_bytes: number;
  readonly gradients_bytes: number;
  readonly optimizer_bytes: number;
  /** The three above. */
  readonly state_bytes: number;
  readonly activations_bytes: number;
  /** What activations take where each layer is computed again in the backward pass. */
  readonly activations_recomputed_bytes: number;
  readonly logits_bytes: number;
  readonly recompute: 'none' | 'layer';
  /** State, logits, and activations as `recompute` says. */
  readonly total_bytes: number;
  /** What a GPU has. */
  readonly gpu_bytes: number;
}

export interface PlanDiagnostic {
  readonly code: string;
  readonly severity: 'warning' | 'note';
  readonly message: string;
  readonly at: PlanPlace | null;
}

export interface PlanPlace {
  readonly file: string;
  /** 1-based, columns in code points. */
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
}

export type PlanOrigin =
  | { readonly from: 'recipe' | 'profile'; readonly at: PlanPlace }
  | { readonly from: 'setting'; readonly text: string }
  /** `source` says where the default comes from. */
  | { readonly from: 'default'; readonly source: string };
