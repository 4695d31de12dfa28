/**
 * The door to run folders, for commands that only look into them. Nothing here loads TensorFlow.js: it must work quickly, and
 * where that cannot be loaded.
 */

export { holdsAblation } from '../ablation/ablation-record.ts';
export type { TaskVerdict } from '../ablation/ablation-report.ts';
export { cacheFolder } from '../engine/cache-folder.ts';
export { type ReportedAblation, readReportedAblation } from '../report/reported-ablation.ts';
export { type ReportedRun, readReportedRun } from '../report/reported-run.ts';
export type { HeldOutLoss, MetricsLine, StepMetrics } from '../train/training-event.ts';
export { type FoundRun, findRun, type RunPlaces } from './find-run.ts';
export type { AskedEdit } from './plan-edits.ts';
export { openRunData, type RunData, type WindowPart } from './run-data.ts';
export { type RunPosition, runPosition } from './run-position.ts';
export type { SkipRecord } from './skip-record.ts';
