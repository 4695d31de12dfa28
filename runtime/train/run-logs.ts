import type { RunFolder } from '../run-folder/run-folder.ts';
import { StepLog } from '../run-folder/step-log.ts';
import type { HeldOutLoss, StepMetrics, StepTiming } from './training-event.ts';

/** The three logs of a run. */
export interface RunLogs {
  readonly metrics: StepLog<StepMetrics>;
  readonly timings: StepLog<StepTiming>;
  readonly heldOut: StepLog<HeldOutLoss>;
  /** Makes all lines so far survive a power cut. */
  sync(): void;
  close(): void;
}

/** Opens the logs of a run whose state is that after `lastStep`; what they hold of later steps is cut, as it will come again. */
export function openRunLogs(folder: RunFolder, lastStep: number): RunLogs {
  const metrics = new StepLog<StepMetrics>(folder.metrics, lastStep);
  const timings = new StepLog<StepTiming>(folder.timings, lastStep);
  // Lines of step 0 stand before the first update: without a checkpoint they come again.
  const heldOut = new StepLog<HeldOutLoss>(folder.heldOut, lastStep === 0 ? -1 : lastStep);
  const logs = [metrics, timings, heldOut];
  return {
    metrics,
    timings,
    heldOut,
    sync() {
      for (const log of logs) log.sync();
    },
    close() {
      for (const log of logs) log.close();
    },
  };
}
