import type Fraction from 'fraction.js';
import type { vocabulary } from '../../grammar/index.ts';

export type Dimension = vocabulary.Dimension;

/** An exact number with what it counts; the amount of a `part` is 1 for 100%. */
export interface Quantity {
  readonly kind: 'quantity';
  readonly amount: Fraction;
  readonly dimension: Dimension;
  /** Whether a bare number was given its dimension by its place, and no unit was written. */
  readonly bare: boolean;
}
