import type { PlanSpikeRule } from '../../compiler/plan/index.ts';

/** A loss that its rule calls a spike; mean and deviation are null where it is no number, which needs no comparison. */
export interface Spike {
  readonly mean: number | null;
  readonly deviation: number | null;
}

/** Judges the losses of a run in the order of its steps. */
export interface SpikeDetector {
  /**
   * Null for a normal step, whose loss then joins the window. A spike is a loss or gradient norm that is no number, or a loss
   * more than `over` standard deviations above the mean of the `window_steps` losses before it.
   */
  judge(step: { readonly stage: string; readonly loss: number; readonly gradient_norm: number }): Spike | null;
}

/**
 * `history` holds the losses of the steps before, oldest first; more than a window does no harm. Until a stage has
 * `window_steps` losses only what is no number counts: another mixture or sequence length moves the loss, which is no spike.
 */
export function createSpikeDetector(
  { over, window_steps }: PlanSpikeRule,
  history: readonly { readonly stage: string; readonly loss: number }[] = [],
): SpikeDetector {
  let stage: string | null = null;
  let losses: number[] = [];
  const join = (step: { readonly stage: string; readonly loss: number }) => {
    if (step.stage !== stage) losses = [];
    stage = step.stage;
    losses.push(step.loss);
    if (losses.length > window_steps) losses.shift();
  };
  for (const step of history) join(step);
  return {
    judge(step) {
      if (!(Number.isFinite(step.loss) && Number.isFinite(step.gradient_norm))) return { mean: null, deviation: null };
      if (step.stage === stage && losses.length === window_steps) {
        const mean = meanOf(losses);
        const deviation = Math.sqrt(meanOf(losses.map((loss) => (loss - mean) ** 2)));
        if (step.loss > mean + over * deviation) return { mean, deviation };
      }
      join(step);
      return null;
    },
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
