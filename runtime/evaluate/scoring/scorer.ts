import type { PlanModel } from '../../../compiler/plan/index.ts';
import type { NamedArray } from '../../model/types.ts';

/** What a scoring function is specialised for: B sequences of T tokens, N labels anywhere in them. */
export interface ScoringShape {
  readonly sequences: number; // B
  readonly sequence: number; // T
  readonly labels: number; // N
}

/** One call of a scorer. What is not needed of a shape is filled with zeros, and its results mean nothing. */
export interface ScoringBatch {
  readonly shape: ScoringShape;
  /** [B, T] in memory order. */
  readonly tokens: Int32Array;
  /** [N]: where each label is predicted, an index into the B * T places. */
  readonly places: Int32Array;
  /** [N] */
  readonly labels: Int32Array;
}

/** Of each label: its log-probability in nats, and the likeliest token there. Whole logits never leave the engine. */
export interface LabelScores {
  readonly logProbabilities: Float32Array; // [N]
  readonly likeliest: Int32Array; // [N]
}

export interface ScorerOptions {
  readonly model: PlanModel;
  readonly ropeTheta: number;
  /** Every shape that will be asked for; each is traced once. */
  readonly shapes: readonly ScoringShape[];
  /** Every parameter of the model. */
  readonly parameters: readonly NamedArray[];
}

/** A model that says how likely given tokens are. Two implementations that compute the same function: compiled and eager. */
export interface Scorer {
  score(batch: ScoringBatch): Promise<LabelScores>;
  /** Replaces the weights: the same programs measure a later state of a run. */
  writeParameters(parameters: readonly NamedArray[]): Promise<void>;
  dispose(): void;
}
