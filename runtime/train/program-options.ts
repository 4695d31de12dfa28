import type { PlanModel, PlanOptimizer, PlanPhase } from '../../compiler/plan/index.ts';
import type { StepShape } from '../model/types.ts';
import type { MemoryPolicy } from './memory-policy.ts';
import type { PreferenceObjective } from './preference-loss.ts';

/** What a training program is made of. */
export interface ProgramOptions {
  readonly model: PlanModel;
  readonly optimizer: PlanOptimizer;
  /** What matrix products are computed in; parameters and everything else are float32. Without it, they are float32 too. */
  readonly precision?: PlanPhase['precision'] | undefined;
  /** Gradients are clipped to this global norm; null for no clipping. */
  readonly clipNorm: number | null;
  /** Every shape that the run steps through or evaluates with. */
  readonly shapes: readonly StepShape[];
  /** Set in preference learning: then batches hold pairs of answers, and the loss compares them. */
  readonly preference?: PreferenceObjective | undefined;
  /** Parameters start from this seed; null where the caller writes the whole state before the first step. */
  readonly seed: number | null;
  /**
   * Sequences of a step of this shape that are computed at a time (1 or more; beyond the step's own: all at once). It decides
   * memory and speed, and of the result no more than rounding. Without it, steps are computed whole.
   */
  readonly microBatch?: ((shape: StepShape) => number) | undefined;
  /** The plan's: `layer` asks for the activations of layers to be computed again. Unset: `none`. */
  readonly recompute?: PlanPhase['recompute'] | undefined;
  /** Memory that a compiled program is laid out for, in bytes; unset: this machine's. */
  readonly memoryBytes?: number | undefined;
  /** How a compiled program is laid out; unset: by the rule of `chooseMemoryPolicy`. */
  readonly memory?: MemoryPolicy | undefined;
}
