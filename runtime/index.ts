/** The runtime's public door. Commands load it by dynamic import, so that a command that needs no engine starts without one. */
export { cacheFolder } from './engine/cache-folder.ts';
export { EngineError, EngineMissingError } from './engine/engine-error.ts';
export { type ExportedModel, type ExportOptions, exportRun } from './export/export-run.ts';
export { ModelFileError } from './export/model-file-error.ts';
export type { SkipRecord } from './run-folder/skip-record.ts';
export { loadTrainedModel, type TrainedModel } from './run-folder/trained-model.ts';
export { type ChosenEngine, chooseEngine } from './train/choose-engine.ts';
export { type GeneratedText, generateText, type TextOptions } from './train/generate-text.ts';
export type { TrainingProgram } from './train/program.ts';
export { lastStepOf, requireRunnable } from './train/require-runnable.ts';
export type { RunEngine } from './train/run-engine.ts';
export { RunError } from './train/run-error.ts';
export type { PreparedSummary, RunEvent, RunObserver } from './train/run-event.ts';
export type { EngineChoice, RunOptions } from './train/run-options.ts';
export { runPlan } from './train/run-plan.ts';
export type { HeldOutReport, RunReport, TextSample } from './train/run-report.ts';
export type { SequencePlace } from './train/training-data.ts';
export type { HeldOutLoss, StepMetrics, StepTiming, TrainingEvent } from './train/training-event.ts';
