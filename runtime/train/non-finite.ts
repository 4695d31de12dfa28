import { RunError } from './run-error.ts';
import type { SequencePlace } from './training-data.ts';
import type { StepMetrics } from './training-event.ts';

/** The loss or gradient norm of a step is not a number: nothing that follows could be trusted. */
export class NonFiniteStep extends RunError {
  readonly metrics: StepMetrics;
  readonly places: readonly SequencePlace[];

  constructor(metrics: StepMetrics, places: readonly SequencePlace[], lastCheckpoint: number | null) {
    const [quantity, value] = Number.isFinite(metrics.loss)
      ? ['gradient norm', metrics.gradient_norm]
      : ['loss', metrics.loss];
    super(
      `the ${quantity} of step ${count(metrics.step)} is ${value}, at ${count(metrics.tokens)} tokens in stage ` +
        `\`${metrics.stage}\`; its batch is ${describePlaces(places)}`,
      {
        exitCode: 4,
        help:
          `${lastCheckpoint === null ? 'no checkpoint was written' : `the last checkpoint is of step ${count(lastCheckpoint)}`}; ` +
          'look at these windows (`fault.json` lists all of them), or lower `peak` or `clip_norm`',
      },
    );
    this.name = 'NonFiniteStep';
    this.metrics = metrics;
    this.places = places;
  }
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

/** Windows of a dataset that a message names before it only counts. */
const namedWindows = 8;

/** "`speeches` windows 4, 17 and `novel` window 3". */
function describePlaces(places: readonly SequencePlace[]): string {
  const windowsOf = new Map<string, number[]>();
  for (const { dataset, window } of places) windowsOf.set(dataset, [...(windowsOf.get(dataset) ?? []), window]);
  const parts = [...windowsOf].map(([dataset, windows]) => {
    const named = windows.slice(0, namedWindows).map(count).join(', ');
    const more = windows.length > namedWindows ? ` and ${windows.length - namedWindows} more` : '';
    return `\`${dataset}\` ${windows.length === 1 ? 'window' : 'windows'} ${named}${more}`;
  });
  return parts.join('; ');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
