import { listCheckpoints } from '../checkpoint/checkpoint-folder.ts';
import type { newestCheckpoint } from '../checkpoint/newest-checkpoint.ts';
import { dropCheckpointsAfter } from '../checkpoint/retention.ts';
import { readSkips, type SkipRecord, skipOf } from '../run-folder/skip-record.ts';
import { readLastLines } from '../run-folder/step-log.ts';
import { RewindsUsedUp } from './rewinds-used-up.ts';
import type { RunLogs } from './run-logs.ts';
import { recordSkip } from './skip-steps.ts';
import { createSpikeDetector, type Spike, type SpikeDetector } from './spike-detector.ts';
import type { TrainingRun } from './train.ts';
import type { MetricsLine, StepMetrics } from './training-event.ts';

/** Times that a run goes back for spikes after one checkpoint: a fourth is no fault of single batches. */
const mostRewinds = 3;

export type NewestCheckpoint = Awaited<ReturnType<typeof newestCheckpoint>>;

/** Follows the losses of a phase with `on_spike`, and takes the run back. Steps are the run's. */
export interface SpikeGuard {
  judge(metrics: StepMetrics): Spike | null;
  /**
   * Weights, optimizer state and logs as they were after the last regular checkpoint, and the skipped steps recorded. A
   * process that dies on the way leaves a run that comes to the same spike, or one that has the record.
   * Throws `RewindsUsedUp`.
   */
  rewind(metrics: StepMetrics, spike: Spike): Promise<SkipRecord>;
}

/** null where the phase has no `on_spike`. `logs` hold the steps up to `run.startStep`. */
export function createSpikeGuard(run: TrainingRun, logs: RunLogs): SpikeGuard | null {
  const { phase, before, folder, data } = run;
  const rule = phase.on_spike;
  if (rule === null) return null;
  let detector = detectorAt(run);
  return {
    judge: (metrics) => detector.judge(metrics),
    async rewind(metrics, spike) {
      const { step } = metrics;
      const target = rewindTarget(run, step);
      refuseAnother(run, target, metrics, spike);
      await dropCheckpointsAfter(folder.checkpoints, target);
      const checkpoint = await restore(run);
      const first = Math.max(checkpoint, step - rule.skip_steps) + 1;
      const last = Math.min(first + rule.skip_steps - 1, before + phase.steps);
      const record = await recordSkip(folder.skips, data, before, {
        ...{ phase: phase.name, kind: 'rewind', step, checkpoint, first, last },
        loss: jsonNumber(metrics.loss),
        gradient_norm: jsonNumber(metrics.gradient_norm),
        ...spike,
      });
      logs.cutAfter(checkpoint);
      detector = detectorAt(run);
      return record;
    },
  };
}

function refuseAnother(run: TrainingRun, target: number, metrics: StepMetrics, spike: Spike): void {
  const since = readSkips(run.folder.skips).filter(({ kind, step }) => kind === 'rewind' && step > target);
  if (since.length < mostRewinds) return;
  const places = run.data.placesAt(metrics.step - run.before);
  throw new RewindsUsedUp(metrics, spike, places, { checkpoint: target, rewinds: since.length });
}

/** The checkpoint that a spike after `step` goes back to: retention keeps it. null where nothing goes back. */
export function neededCheckpoint(run: TrainingRun, step: number): number | null {
  return run.phase.on_spike === null ? null : rewindTarget(run, step + 1);
}

/**
 * The step of the phase's newest regular checkpoint before a spike, or of the phase's start. Not one that an interruption
 * wrote: so an interrupted run goes back to where one that was not does.
 */
function rewindTarget({ phase, before, folder }: TrainingRun, spike: number): number {
  const every = phase.checkpoint.every_steps;
  const skips = readSkips(folder.skips);
  const isRegular = (step: number) =>
    step > before && step < spike && every !== null && (step - before) % every === 0 && skipOf(skips, step) === null;
  return listCheckpoints(folder.checkpoints).find(isRegular) ?? before;
}

/** Loads the newest checkpoint of the phase that verifies, or the phase's start; gives its step. */
async function restore({ newestCheckpoint, restoreStart, program, before }: TrainingRun): Promise<number> {
  const { checkpoint } = await newestCheckpoint();
  if (checkpoint === null || checkpoint.step <= before) {
    await restoreStart();
    return before;
  }
  await program.writeState(checkpoint);
  return checkpoint.step;
}

/** A detector that knows the last losses of the log. */
function detectorAt({ phase, folder }: TrainingRun): SpikeDetector {
  const rule = phase.on_spike!;
  const skipped = readSkips(folder.skips).reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const lines = readLastLines<MetricsLine>(folder.metrics, rule.window_steps + skipped);
  const trained = lines.filter((line): line is StepMetrics => !('skipped' in line) && line.phase === phase.name);
  return createSpikeDetector(rule, trained);
}

/** JSON has no NaN or infinity; as a word it says what was seen. */
function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
