import { RunError } from './run-error.ts';
import type { SequencePlace } from './training-data.ts';
import type { StepMetrics } from './training-event.ts';

/** A step that ends the run: `fault.json` records it with its batch. Exit code 4. */
export abstract class StepFault extends RunError {
  readonly metrics: StepMetrics;
  readonly places: readonly SequencePlace[];

  /** `what` is said of the step: "the loss of step 5 is NaN"; the message adds where it is and what its batch is. */
  constructor(what: string, help: string, metrics: StepMetrics, places: readonly SequencePlace[]) {
    super(
      `${what}, at ${count(metrics.tokens)} tokens in stage \`${metrics.stage}\`; its batch is ${describePlaces(places)}`,
      { exitCode: 4, help },
    );
    this.metrics = metrics;
    this.places = places;
  }
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
