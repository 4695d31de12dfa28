import type { PlanSchedule } from './types.ts';

/**
 * Learning rate of a step (1-based), a pure function of schedule and step: a resumed run has the rate of the uninterrupted
 * one bit for bit.
 *
 * Warm-up rises linearly and reaches `peak` at step `warmup_steps`; without one, step 1 has the peak already. The decay
 * leaves `peak` after step `decay_start_step` and has `end` from step `decay_start_step + decay_steps` on; without a decay
 * the rate stays at `peak`. `inverse_sqrt` falls as peak * sqrt(warmup_steps / step) after its warm-up (Vaswani et al. 2017,
 * section 5.3), never below `end`. Shapes of the decay, x from 0 to 1: linear 1 - x; cosine (1 + cos(pi x)) / 2
 * (Loshchilov and Hutter 2016); one_minus_sqrt 1 - sqrt(x) (Haegele et al. 2024).
 */
export function learningRate(schedule: PlanSchedule, step: number): number {
  const { peak, end, warmup_steps: warmup, decay_start_step: decayStart, decay_steps: decaySteps } = schedule;
  if (!Number.isInteger(step) || step < 1) throw new RangeError(`steps count from 1, but the step is ${step}`);
  if (step < warmup) return (peak * step) / warmup;
  if (schedule.kind === 'inverse_sqrt') return Math.max(end, peak * Math.sqrt(Math.max(1, warmup) / step));
  if (step <= decayStart || decaySteps === 0) return peak;
  if (step >= decayStart + decaySteps) return end;
  return end + (peak - end) * remaining(schedule.shape, (step - decayStart) / decaySteps);
}

/** Part of the way from `end` to `peak` that is left at part `x` of the decay: 1 at x = 0, 0 at x = 1. */
function remaining(shape: PlanSchedule['shape'], x: number): number {
  switch (shape) {
    case 'linear':
      return 1 - x;
    case 'cosine':
      return (1 + Math.cos(Math.PI * x)) / 2;
    case 'one_minus_sqrt':
      return 1 - Math.sqrt(x);
  }
}
