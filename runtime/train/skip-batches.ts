import type { RunFolder } from '../run-folder/run-folder.ts';
import { readSkips, skipOf } from '../run-folder/skip-record.ts';
import { RunError } from './run-error.ts';
import { phaseHolding, type RunPhase } from './run-phases.ts';
import { recordSkip } from './skip-steps.ts';
import type { TrainingData } from './training-data.ts';

/** A run that goes on: its folder, and the step that its state is of. */
export interface ResumedRun {
  readonly folder: RunFolder;
  readonly phases: readonly RunPhase[];
  readonly dataOf: (phase: RunPhase) => TrainingData;
  readonly step: number;
}

/**
 * Records steps of the run to be passed without training (`--skip-batch`); one that is recorded already is left as it is.
 * Throws `RunError` for a step that is trained already or beyond the run; nothing is recorded then.
 */
export async function skipBatches(
  steps: readonly number[],
  { folder, phases, dataOf, step }: ResumedRun,
): Promise<void> {
  const { end } = phases.at(-1)!;
  for (const asked of steps) {
    if (asked > step && asked <= end) continue;
    const why =
      asked > end
        ? `the run has ${count(end)} steps`
        : `the run goes on after step ${count(step)}, which has trained on it`;
    throw new RunError(`step ${count(asked)} cannot be skipped: ${why}`, {
      help: step < end ? `give a step from ${count(step + 1)} to ${count(end)}` : 'the run is at its end',
    });
  }
  for (const asked of steps) {
    if (skipOf(readSkips(folder.skips), asked) !== null) continue;
    const phase = phaseHolding(phases, asked);
    const { name } = phase.phase;
    const of = { phase: name, kind: 'asked', step: asked, checkpoint: step, first: asked, last: asked } as const;
    const nothingSeen = { loss: null, gradient_norm: null, mean: null, deviation: null };
    await recordSkip(folder.skips, dataOf(phase), phase.before, { ...of, ...nothingSeen });
  }
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
