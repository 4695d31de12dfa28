import { saysNonFinite } from './non-finite.ts';
import type { Spike } from './spike-detector.ts';
import type { StepMetrics } from './training-event.ts';

/** "the loss of step 45 is 9.10, 8.3 standard deviations above the mean 3.20 of the losses before it". */
export function saysSpike(metrics: StepMetrics, { mean, deviation }: Spike): string {
  if (mean === null || deviation === null) return saysNonFinite(metrics);
  const { step, loss } = metrics;
  const above = deviation === 0 ? 'above' : `${((loss - mean) / deviation).toPrecision(2)} standard deviations above`;
  return `the loss of step ${step.toLocaleString('en-US')} is ${loss.toPrecision(3)}, ${above} the mean ${mean.toPrecision(3)} of those before it`;
}
