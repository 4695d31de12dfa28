import type { Batch } from '../data/types.ts';
import type { NamedArray, StepShape } from '../model/types.ts';
import type { PreferenceMetrics } from './preference-loss.ts';

/** What a step says of itself, as it was before the update. */
export interface StepResult {
  /** Mean over the predicted tokens in nats, or over the pairs of answers. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** In preference learning. */
  readonly metrics?: PreferenceMetrics;
}

/** What preference learning needs of a program besides its steps. */
export interface PreferenceSide {
  /** Whether the program keeps the reference model; else every batch brings the reference's log-likelihoods. */
  readonly live: boolean;
  /** Sum of log p over the predicted tokens of each sequence, by the model as it is now. */
  logps(shape: StepShape, batch: Batch): Promise<Float32Array>;
  /** Makes these weights the reference, once and for all. Throws where the program keeps none. */
  writeReference(parameters: readonly NamedArray[]): Promise<void>;
}

/**
 * A model with its optimizer state, resident in an engine. Two implementations: compiled (traced once, XLA) and eager (any
 * TensorFlow.js backend); they compute the same function.
 */
export interface TrainingProgram {
  /** For people: "XLA, 2 threads" or "WebAssembly (fallback)". */
  readonly engine: string;
  readonly compiled: boolean;
  /** For people: how the program is laid out in memory, and why; null where there is no choice. */
  readonly memoryLayout?: string | null;
  /** Estimated peak of the process in bytes; null or unset where it is not known. */
  readonly memoryEstimate?: number | null;
  /** One optimizer step. `step` is 1-based. */
  step(shape: StepShape, batch: Batch, learningRate: number, step: number): Promise<StepResult>;
  /** Sum of -log p over the predicted tokens, and their count; of pairs, the sum of their losses and their count. */
  evaluate(shape: StepShape, batch: Batch): Promise<{ readonly lossSum: number; readonly tokens: number }>;
  /**
   * Parameters, then optimizer slots, each in a fixed order: all of them, or with `mostBytes` the first that fit into so many
   * bytes together, of either kind.
   */
  readState(mostBytes?: number): Promise<{ readonly parameters: NamedArray[]; readonly slots: NamedArray[] }>;
  /** The weights alone, in their fixed order. */
  readParameters(): Promise<NamedArray[]>;
  writeState(state: {
    readonly parameters: readonly NamedArray[];
    readonly slots: readonly NamedArray[];
  }): Promise<void>;
  /** The weights alone; the optimizer's slots are zeroed, as at a start. */
  writeParameters(parameters: readonly NamedArray[]): Promise<void>;
  /** Draws the weights from a seed; the optimizer's slots are zeroed. */
  drawParameters(seed: number): Promise<void>;
  /** null but in preference learning. */
  readonly preference: PreferenceSide | null;
  /** Live TensorFlow.js tensors: constant over steps. */
  tensorCount(): number;
  dispose(): void;
}

/** Next-token logits with a key-value cache. */
export interface Decoder {
  readonly capacity: number;
  /** Forgets the cache. */
  reset(): void;
  /** Feeds one token at the next position; returns [vocab] logits. Throws beyond `capacity`. */
  next(token: number): Promise<Float32Array>;
  /** Feeds tokens (one at least) at the next positions; returns the logits after the last. Throws as `next` does. */
  feed(tokens: readonly number[]): Promise<Float32Array>;
  dispose(): void;
}
