/**
 * The resolved recipe: one recipe after profiles and settings, with names resolved, groups flattened, units in one form and
 * defaults filled in. It is what the planner takes; nothing in it needs the syntax tree.
 */
import type Fraction from 'fraction.js';
import type { Span } from '../../grammar/index.ts';
import type { PlanChat, PlanRowFormat, PlanSource } from '../plan/data-types.ts';
import type { PlanStep } from '../plan/step-types.ts';

/** Where a value comes from. */
export type Origin =
  | { readonly from: 'recipe' | 'profile'; readonly span: Span }
  | { readonly from: 'setting'; readonly text: string }
  | { readonly from: 'default'; readonly source: string };

export interface Resolved<T> {
  readonly value: T;
  readonly origin: Origin;
}

/** A place in, or a length of, a phase, not yet in steps. Tokens and parts are positions in the phase's tokens. */
export type Length =
  | { readonly unit: 'tokens'; readonly amount: Fraction }
  | { readonly unit: 'steps'; readonly amount: Fraction }
  | { readonly unit: 'part'; readonly amount: Fraction };

/** Where rows or weights come from, as the plan holds it. */
export type ResolvedSource = Extract<PlanSource, { readonly kind: 'local' | 'hf' | 'dataset' }>;

/** Rows that a model writes, in answer to the prompts of a dataset. */
export type ResolvedGeneration = Extract<PlanSource, { readonly kind: 'generate' }>;

/** A finite set of rows, put together from other datasets in this order. */
export interface ResolvedTakes {
  readonly kind: 'takes';
  readonly takes: readonly ResolvedTake[];
}

/** `take 431k x`, `take 50% x`, `take all x`: a seeded choice of a dataset's rows. */
export interface ResolvedTake {
  readonly dataset: string;
  readonly amount:
    | { readonly unit: 'all' }
    | { readonly unit: 'rows'; readonly amount: number }
    | { readonly unit: 'part'; readonly amount: Fraction };
  /** Rows that it yields; null where that follows from an unknown size. */
  readonly rows: number | null;
  readonly span: Span;
}

/** What a row is, with the columns that hold its parts. */
export type ResolvedFormat = PlanRowFormat;

export interface ResolvedModel {
  readonly family: Resolved<'llama'>;
  readonly layers: Resolved<number>;
  readonly hidden: Resolved<number>;
  readonly ffn: Resolved<number>;
  readonly heads: Resolved<number>;
  readonly kv_heads: Resolved<number>;
  readonly vocab: Resolved<number>;
  readonly context: Resolved<number>;
  readonly rope_theta: Resolved<number>;
  readonly norm_eps: Resolved<number>;
  readonly tie_embeddings: Resolved<boolean>;
  readonly init_std: Resolved<number>;
  /** Span of the block's head, for messages about the whole. */
  readonly span: Span;
}

export interface ResolvedDataset {
  readonly name: string;
  readonly nameSpan: Span;
  readonly domain: Resolved<string | null>;
  readonly source: Resolved<ResolvedSource | ResolvedTakes | ResolvedGeneration>;
  readonly steps: readonly PlanStep[];
  /** How its conversations become text; null: as the phase that reads them says. */
  readonly chat: Resolved<ResolvedChat> | null;
  /** Exactly one of the two is set when the size is stated. */
  readonly sizeTokens: Resolved<number> | null;
  readonly sizeRows: Resolved<number> | null;
  readonly textColumn: Resolved<string>;
  /** As written, else what the phase that reads the dataset expects: text, messages (sft) or preference (dpo). */
  readonly format: ResolvedFormat;
  readonly order: Resolved<'shuffled' | 'sequential'>;
  readonly holdoutRows: Resolved<number>;
  readonly maxMalformed: Resolved<Fraction>;
  /** `repeat = N epochs`: warns above; `repeat = never`: an error above one epoch. */
  readonly repeat: Resolved<{ readonly kind: 'epochs'; readonly limit: number } | { readonly kind: 'never' }>;
  /** What happens where it has been read so often. */
  readonly onExhaustion: Resolved<'repeat' | 'error' | 'stop' | 'redistribute'>;
}

/** A model that scores rows. */
export interface ResolvedClassifier {
  readonly name: string;
  readonly nameSpan: Span;
  /** What scores; with annotations, what is trained on them first. */
  readonly model: Resolved<Extract<ResolvedSource, { readonly kind: 'hf' | 'local' }>>;
  /** The column that is scored. */
  readonly reads: Resolved<string>;
  /** Name of the dataset of scored rows. */
  readonly annotations: Resolved<string> | null;
  readonly label: Resolved<string>;
  readonly least: Resolved<number>;
  readonly most: Resolved<number>;
}

/** One leaf of a stage's mixture after flattening; several ways to one leaf are summed. Shares add up to exactly 1. */
export interface ResolvedShare {
  readonly dataset: string;
  readonly share: Fraction;
  /** Where it is written (the first way, if several). */
  readonly span: Span;
}

export interface ResolvedStage {
  readonly name: string;
  readonly nameSpan: Span;
  /** Asked boundaries, in the phase's tokens (after `scaled_to`); exact, not yet rounded to steps. */
  readonly from: Resolved<Fraction>;
  readonly to: Resolved<Fraction>;
  readonly sequence: Resolved<number>;
  /** The batch as asked: tokens or sequences. */
  readonly batch: Resolved<{ readonly unit: 'tokens' | 'sequences'; readonly amount: number }>;
  readonly ropeTheta: Resolved<number>;
  readonly attention: Resolved<'full' | 'document'>;
  readonly shares: readonly ResolvedShare[];
  /** Length over which the shares move linearly from those of the stage before, from the stage's start; null: at once. */
  readonly ramp: Resolved<Length> | null;
}

export interface ResolvedSchedule {
  readonly kind: 'wsd' | 'constant' | 'cosine' | 'linear' | 'inverse_sqrt';
  readonly peak: Resolved<Fraction>;
  readonly end: Resolved<Fraction>;
  readonly warmup: Resolved<Length>;
  /** wsd: its decay's length, or where it starts (`decay_from = decay.start`); null for the other kinds. */
  readonly decay: Resolved<Length> | null;
  readonly decayFrom: Resolved<Length> | null;
  readonly shape: Resolved<'linear' | 'cosine' | 'one_minus_sqrt'>;
  readonly span: Span;
}

export interface ResolvedOptimizer {
  readonly kind: 'adamw';
  readonly beta1: Resolved<number>;
  readonly beta2: Resolved<number>;
  readonly eps: Resolved<number>;
  readonly weightDecay: Resolved<number>;
  readonly decayExclude: Resolved<readonly ('norms' | 'embeddings')[]>;
}

export interface ResolvedPretrain {
  readonly kind: 'pretrain';
  /** `pretrain` when the block has no name. */
  readonly name: string;
  readonly span: Span;
  /** Asked tokens of the phase (after `scaled_to`). */
  readonly tokens: Resolved<number>;
  /**
   * With `scaled_to`: the phase as written without the profile that scales it, from which the old step count follows
   * (lengths in steps are scaled by new/old steps). null when nothing is scaled.
   */
  readonly scaledFrom: {
    readonly tokens: number;
    readonly stages: readonly { readonly from: Fraction; readonly to: Fraction; readonly tokensPerStep: number }[];
  } | null;
  readonly precision: Resolved<'float32' | 'bf16'>;
  readonly optimizer: ResolvedOptimizer;
  readonly clipNorm: Resolved<number | null>;
  readonly schedule: ResolvedSchedule;
  readonly checkpointEvery: Resolved<Length | null>;
  readonly checkpointKeep: Resolved<number | null>;
  readonly stages: readonly ResolvedStage[];
  /** Where the weights come from. */
  readonly from: Resolved<ResolvedStart>;
  readonly onSpike: ResolvedSpikeRule | null;
  readonly recompute: Resolved<'layer' | 'none'>;
}

/** Where a phase's weights come from; optimizer and schedule start anew, except for an ablation `from` a position. */
export type ResolvedStart =
  | { readonly kind: 'fresh' }
  /** Another phase of the recipe, at its end unless `at` is a position in its tokens (a part of them, or a step). */
  | { readonly kind: 'phase'; readonly phase: string; readonly at: Length | null }
  | { readonly kind: 'weights'; readonly source: Extract<ResolvedSource, { readonly kind: 'hf' | 'local' }> }
  | { readonly kind: 'checkpoint' | 'nanotron'; readonly path: string };

/** `on_spike = rewind(…)`: a loss more than `over` standard deviations above the mean of the last `window` steps. */
export interface ResolvedSpikeRule {
  readonly kind: 'rewind';
  readonly to: Resolved<'last_checkpoint'>;
  readonly skipSteps: Resolved<number>;
  readonly over: Resolved<number>;
  readonly windowSteps: Resolved<number>;
  readonly span: Span;
}

/** What sft and dpo have in common. Their schedules hold no tokens: parts are of the phase's steps. */
export interface ResolvedTuning {
  readonly name: string;
  readonly span: Span;
  /** A dataset by name, or a mixture's leaves (then the length is in steps). */
  readonly data:
    | { readonly kind: 'dataset'; readonly dataset: string; readonly span: Span }
    | {
        readonly kind: 'mixture';
        readonly mixture: string;
        readonly shares: readonly ResolvedShare[];
        readonly span: Span;
      };
  /** Passes over the rows, or a number of steps: steps = ceil(rows x epochs / batch). */
  readonly length: Resolved<
    { readonly unit: 'epochs'; readonly amount: Fraction } | { readonly unit: 'steps'; readonly amount: number }
  >;
  /** The phase before it unless written. */
  readonly from: Resolved<ResolvedStart>;
  /** Longest row in tokens; longer ones are cut. */
  /** What becomes of a longer row. */
  readonly tooLong: Resolved<'drop' | 'truncate' | 'error'>;
  readonly sequence: Resolved<number>;
  /** Rows (sft without packing), sequences (with packing) or pairs (dpo) of one step. */
  readonly batchSequences: Resolved<number>;
  readonly chat: Resolved<ResolvedChat>;
  readonly precision: Resolved<'float32' | 'bf16'>;
  readonly optimizer: ResolvedOptimizer;
  readonly clipNorm: Resolved<number | null>;
  readonly schedule: ResolvedSchedule;
  readonly checkpointEvery: Resolved<Length | null>;
  readonly checkpointKeep: Resolved<number | null>;
  readonly recompute: Resolved<'layer' | 'none'>;
}

/** How a conversation becomes text. */
export type ResolvedChat = PlanChat;

export interface ResolvedSft extends ResolvedTuning {
  readonly kind: 'sft';
  readonly lossOn: Resolved<'assistant' | 'last_turn' | 'all'>;
  readonly packing: Resolved<boolean>;
  readonly attention: Resolved<'full' | 'document'>;
  /** Part of the rows that may have no token to train on. */
  readonly maxUntrained: Resolved<Fraction>;
}

export interface ResolvedDpo extends ResolvedTuning {
  readonly kind: 'dpo';
  readonly beta: Resolved<number>;
  /** Longest prompt in tokens; null: only `sequence` limits it. */
  readonly maxPrompt: Resolved<number> | null;
  readonly loss: Resolved<'sigmoid' | 'hinge' | 'ipo' | 'apo_zero' | 'apo_down'>;
  /** Whether log-likelihoods are divided by the number of tokens. */
  readonly lengthNormalised: Resolved<boolean>;
  readonly reference: Resolved<'precomputed' | 'live'>;
}

export type ResolvedPhase = ResolvedPretrain | ResolvedSft | ResolvedDpo;

/** One thing that is measured. */
export interface ResolvedTask {
  readonly kind: 'cloze' | 'choice' | 'generate' | 'perplexity' | 'needle';
  /** As the task is known, "gsm8k". */
  readonly task: string;
  /** What `expect` and reports call it; the task unless written. Unique in its block. */
  readonly name: string;
  readonly shots: number;
  /** choice only: mcf shows the options and compares letters, cf compares full answers. */
  readonly formulation: 'mcf' | 'cf' | null;
  readonly span: Span;
}

/** A place in the run: after the last update of what is named, or before the first for `start`. */
export interface ResolvedPoint {
  readonly phase: string;
  readonly at:
    | { readonly kind: 'stage'; readonly stage: string; readonly edge: 'start' | 'end' }
    | { readonly kind: 'phase'; readonly edge: 'start' | 'end' }
    /** In the phase's tokens after `scaled_to`, a part of the phase, or a step. */
    | { readonly kind: 'position'; readonly position: Length };
  readonly span: Span;
}

export interface ResolvedExpectation {
  /** The name of a task of the block. */
  readonly metric: string;
  readonly comparison: '<' | '<=' | '>' | '>=' | '==' | '!=';
  /** 25% is 1/4. */
  readonly value: Fraction;
  /** null: at every point of the block. */
  readonly at: ResolvedPoint | null;
  readonly otherwise: 'warn' | 'stop';
  readonly span: Span;
}

export interface ResolvedEvaluation {
  /** `evaluate` when the block has no name. */
  readonly name: string;
  readonly span: Span;
  readonly at: readonly ResolvedPoint[];
  readonly tasks: readonly ResolvedTask[];
  readonly expectations: readonly ResolvedExpectation[];
}

/** One run of an ablation: the phase that it copies with its own length, schedule, start and data, complete and plannable. */
export interface ResolvedArm {
  readonly name: string;
  readonly nameSpan: Span;
  readonly phase: ResolvedPhase;
}

export interface ResolvedAblation {
  readonly name: string;
  readonly span: Span;
  /** Name of the phase that the arms copy. */
  readonly of: string;
  readonly from: Resolved<ResolvedStart>;
  readonly arms: readonly ResolvedArm[];
  /** What is compared; its points name the arms' phase (`pretrain.end`). */
  readonly evaluations: readonly ResolvedEvaluation[];
}

export interface ResolvedCluster {
  readonly name: string;
  readonly span: Span;
  readonly nodes: Resolved<number>;
  readonly gpusPerNode: Resolved<number>;
  /** A row of `vocabulary.gpus`, which has its peak FLOP/s and memory. */
  readonly gpu: Resolved<string>;
  readonly dp: Resolved<number>;
  readonly tp: Resolved<number>;
  readonly pp: Resolved<number>;
  /** Sequences of one pass on one replica. */
  readonly microBatch: Resolved<number>;
  /** Part of the peak that is reached, 0 to 1. */
  readonly mfu: Resolved<number>;
  /** usd per gpu_hour; null: no cost is given. */
  readonly price: Resolved<number> | null;
}

export interface ResolvedRecipe {
  readonly name: string;
  readonly nameSpan: Span;
  readonly seed: Resolved<number>;
  readonly tokenizer: Resolved<ResolvedSource>;
  readonly model: ResolvedModel;
  readonly datasets: readonly ResolvedDataset[];
  readonly classifiers: readonly ResolvedClassifier[];
  /** Phases of pretraining, in the order in which they run. */
  readonly phases: readonly ResolvedPretrain[];
  /** Phases of post-training, in the order in which they run, after all pretraining. */
  readonly tuning: readonly (ResolvedSft | ResolvedDpo)[];
  readonly evaluations: readonly ResolvedEvaluation[];
  readonly ablations: readonly ResolvedAblation[];
  /** In the order of the file; the first counts unless another is asked for. */
  readonly clusters: readonly ResolvedCluster[];
  readonly profile: string | null;
  readonly settings: readonly string[];
}
