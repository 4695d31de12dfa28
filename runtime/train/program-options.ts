import type { PlanModel, PlanOptimizer } from '../../compiler/plan/index.ts';
import type { StepShape } from '../model/types.ts';

/** What a training program is made of. */
export interface ProgramOptions {
  readonly model: PlanModel;
  readonly optimizer: PlanOptimizer;
  /** Gradients are clipped to this global norm; null for no clipping. */
  readonly clipNorm: number | null;
  /** Every shape that the run steps through or evaluates with. */
  readonly shapes: readonly StepShape[];
  /** Parameters start from this seed; null where the caller writes the whole state before the first step. */
  readonly seed: number | null;
}
