import type { PlanModel } from '../../../compiler/plan/index.ts';
import type { NamedArray } from '../types.ts';

/** What a decoder is made of. */
export interface DecoderOptions {
  readonly model: PlanModel;
  /** Of the last segment that was trained. */
  readonly ropeTheta: number;
  /** Tokens of prompt and answer together. */
  readonly capacity: number;
  /** Every parameter of the model. */
  readonly parameters: readonly NamedArray[];
}
