/**
 * The resolved recipe: one recipe after profiles and settings, with names resolved, groups flattened, units in one form and
 * defaults filled in. It is what the planner takes; nothing in it needs the syntax tree.
 */
import type Fraction from 'fraction.js';
import type { Span } from '../../grammar/index.ts';

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

export type ResolvedSource =
  | { readonly kind: 'local'; readonly paths: readonly string[] }
  | {
      readonly kind: 'hf';
      readonly repository: string;
      readonly config: string | null;
      readonly split: string | null;
      readonly revision: string | null;
    }
  | { readonly kind: 'dataset'; readonly dataset: string };

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
  readonly source: Resolved<ResolvedSource>;
  /** Canonical smol text of each step, in order. */
  readonly steps: readonly string[];
  /** Exactly one of the two is set when the size is stated. */
  readonly sizeTokens: Resolved<number> | null;
  readonly sizeRows: Resolved<number> | null;
  readonly textColumn: Resolved<string>;
  readonly order: Resolved<'shuffled' | 'sequential'>;
  readonly holdoutRows: Resolved<number>;
  readonly maxMalformed: Resolved<Fraction>;
  /** `repeat = N epochs`: warns above; `repeat = never`: an error above one epoch. */
  readonly repeat: Resolved<{ readonly kind: 'epochs'; readonly limit: number } | { readonly kind: 'never' }>;
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
}

export interface ResolvedRecipe {
  readonly name: string;
  readonly nameSpan: Span;
  readonly seed: Resolved<number>;
  readonly tokenizer: Resolved<ResolvedSource>;
  readonly model: ResolvedModel;
  readonly datasets: readonly ResolvedDataset[];
  readonly phases: readonly ResolvedPretrain[];
  readonly profile: string | null;
  readonly settings: readonly string[];
}
