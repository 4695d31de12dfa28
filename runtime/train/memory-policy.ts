import type { BlockSizes, StepShape } from '../model/types.ts';

/** How a training program is laid out in time and memory; every choice computes the same steps within rounding. */
export interface MemoryPolicy {
  /**
   * `unrolled`: every layer is compiled, and what it computed is kept for the backward pass. `loop`: one layer is compiled,
   * its parameters are rows of stacked variables, and the backward pass computes each layer again.
   */
  readonly layers: 'unrolled' | 'loop';
  /**
   * `with gradients`: a step is one function, which holds old and new state at its end. `by group`: the optimizer is a
   * function of its own for each group of parameters, so that old and new exist of one group at a time.
   */
  readonly optimizer: 'with gradients' | 'by group';
  readonly blocks: (shape: StepShape) => BlockSizes;
}
