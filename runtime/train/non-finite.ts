import { StepFault } from './step-fault.ts';
import type { SequencePlace } from './training-data.ts';
import type { StepMetrics } from './training-event.ts';

/** The loss or gradient norm of a step is not a number: nothing that follows could be trusted. */
export class NonFiniteStep extends StepFault {
  constructor(metrics: StepMetrics, places: readonly SequencePlace[], lastCheckpoint: number | null) {
    const last =
      lastCheckpoint === null
        ? 'no checkpoint was written'
        : `the last checkpoint is of step ${lastCheckpoint.toLocaleString('en-US')}`;
    const ways =
      `look at these windows (\`fault.json\` lists all of them), leave the batch out with \`--resume --skip-batch ` +
      `${metrics.step}\`, or lower \`peak\` or \`clip_norm\``;
    super(saysNonFinite(metrics), `${last}; ${ways}`, metrics, places);
    this.name = 'NonFiniteStep';
  }
}

/** "the loss of step 5 is NaN", or of its gradient norm. */
export function saysNonFinite({ loss, gradient_norm, step }: StepMetrics): string {
  const [quantity, value] = Number.isFinite(loss) ? ['gradient norm', gradient_norm] : ['loss', loss];
  return `the ${quantity} of step ${step.toLocaleString('en-US')} is ${value}`;
}

/** Throws `NonFiniteStep` when the step's loss or gradient norm is NaN or infinite. */
export function refuseNonFinite(
  metrics: StepMetrics,
  places: () => readonly SequencePlace[],
  lastCheckpoint: number | null,
): void {
  if (Number.isFinite(metrics.loss) && Number.isFinite(metrics.gradient_norm)) return;
  throw new NonFiniteStep(metrics, places(), lastCheckpoint);
}
