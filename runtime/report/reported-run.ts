import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Plan } from '../../compiler/plan/index.ts';
import type { EvaluationLine } from '../evaluate/run-evaluations.ts';
import { readDataRecord } from '../run-folder/data-record.ts';
import { readRunPlan } from '../run-folder/read-run-plan.ts';
import { usingRunFile } from '../run-folder/refused-file.ts';
import { runFolderAt } from '../run-folder/run-folder.ts';
import { readStepLog, type StepLine } from '../run-folder/step-log.ts';
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

/** Reads a run's folder. Throws `RunFileRefused`, `PlanError`, `StepLogDamaged`, or RunError for a data record that is none. */
export function readReportedRun(path: string): ReportedRun {
  const folder = runFolderAt(path);
  // Nothing of it is shown, but a page of a run whose folder is damaged would look whole.
  if (existsSync(folder.data)) readDataRecord(folder.data);
  return {
    name: basename(resolve(path)),
    plan: readRunPlan(folder),
    metrics: linesOf<MetricsLine>(folder.metrics),
    heldOut: linesOf<HeldOutLoss>(folder.heldOut),
    evaluations: linesOf<EvaluationLine>(folder.evaluations),
  };
}

function linesOf<Line extends StepLine>(path: string): readonly Line[] {
  return usingRunFile(path, 'read', () => readStepLog<Line>(path));
}
