import { basename, resolve } from 'node:path';
import type { Plan } from '../../compiler/plan/index.ts';
import type { EvaluationLine } from '../evaluate/run-evaluations.ts';
import { readRunPlan } from '../run-folder/read-run-plan.ts';
import { usingRunFile } from '../run-folder/refused-file.ts';
import { runFolderAt } from '../run-folder/run-folder.ts';
import { readStepLog, type StepLine } from '../run-folder/step-log.ts';
import { RunError } from '../train/run-error.ts';
import type { HeldOutLoss, MetricsLine } from '../train/training-event.ts';

/** What a run's folder has to show, whether the run is done or not. */
export interface ReportedRun {
  /** The folder's name. */
  readonly name: string;
  readonly plan: Plan;
  readonly metrics: readonly MetricsLine[];
  readonly heldOut: readonly HeldOutLoss[];
  readonly evaluations: readonly EvaluationLine[];
}

/** Reads a run's folder. Throws `RunFileRefused`, `PlanError`, or RunError for a log that is none. */
export function readReportedRun(path: string): ReportedRun {
  const folder = runFolderAt(path);
  return {
    name: basename(resolve(path)),
    plan: readRunPlan(folder),
    metrics: linesOf<MetricsLine>(folder.metrics),
    heldOut: linesOf<HeldOutLoss>(folder.heldOut),
    evaluations: linesOf<EvaluationLine>(folder.evaluations),
  };
}

function linesOf<Line extends StepLine>(path: string): readonly Line[] {
  try {
    return usingRunFile(path, 'read', () => readStepLog<Line>(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RunError(`\`${path}\` has a line that is not JSON`, {
      help: 'restore it from a copy; or go on with the run, which cuts such a line off',
    });
  }
}
