import { saysSpike } from './says-spike.ts';
import type { Spike } from './spike-detector.ts';
import { StepFault } from './step-fault.ts';
import type { SequencePlace } from './training-data.ts';
import type { StepMetrics } from './training-event.ts';

/** The loss jumps again although `on_spike` has gone back to the same checkpoint as often as it may. */
export class RewindsUsedUp extends StepFault {
  constructor(
    metrics: StepMetrics,
    spike: Spike,
    places: readonly SequencePlace[],
    before: { readonly checkpoint: number; readonly rewinds: number },
  ) {
    const times = `the run has gone back to step ${before.checkpoint.toLocaleString('en-US')} ${before.rewinds} times already`;
    const help =
      'leaving data out does not help here: lower `peak` or `clip_norm`, raise `over`, or leave one more batch out with ' +
      `\`--resume --skip-batch ${metrics.step}\``;
    super(`${saysSpike(metrics, spike)}, and ${times}`, help, metrics, places);
    this.name = 'RewindsUsedUp';
  }
}
