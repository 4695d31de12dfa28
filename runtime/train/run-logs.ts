import type { EvaluationLine } from '../evaluate/run-evaluations.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { StepLog } from '../run-folder/step-log.ts';
import type { HeldOutLoss, MetricsLine, StepTiming } from './training-event.ts';

/** The logs of a run. */
export interface RunLogs {
  readonly metrics: StepLog<MetricsLine>;
  readonly timings: StepLog<StepTiming>;
  readonly heldOut: StepLog<HeldOutLoss>;
  readonly evaluations: StepLog<EvaluationLine>;
  /** Makes all lines so far survive a power cut. */
  sync(): void;
  /** Drops the lines of the steps after this one of the run: they come again. */
  cutAfter(step: number): void;
  close(): void;
}

/**
 * Opens the logs of a run whose state is that after `lastStep` of the run; what they hold of later steps is cut, as it will
 * come again. `startsPhase`: the phase that begins after that step, if one does; its measurement before its first update comes
 * again too.
 */
export function openRunLogs(folder: RunFolder, lastStep: number, startsPhase: string | null): RunLogs {
  const isDone = ({ step }: { readonly step: number }) => step <= lastStep;
  const metrics = new StepLog<MetricsLine>(folder.metrics, isDone);
  const timings = new StepLog<StepTiming>(folder.timings, isDone);
  const heldOut = new StepLog<HeldOutLoss>(
    folder.heldOut,
    (line) => isDone(line) && !(line.step === lastStep && line.phase === startsPhase),
  );
  const evaluations = new StepLog<EvaluationLine>(folder.evaluations, isDone);
  const logs = [metrics, timings, heldOut, evaluations];
  return {
    metrics,
    timings,
    heldOut,
    evaluations,
    sync() {
      for (const log of logs) log.sync();
    },
    cutAfter(last) {
      for (const log of logs) log.cut(({ step }) => step <= last);
    },
    close() {
      for (const log of logs) log.close();
    },
  };
}
