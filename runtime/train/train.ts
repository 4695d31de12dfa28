import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { learningRate, type Plan, type PlanPhase } from '../../compiler/plan/index.ts';
import { checkpointPath } from '../checkpoint/checkpoint-folder.ts';
import { dropOldCheckpoints } from '../checkpoint/retention.ts';
import { writeCheckpoint } from '../checkpoint/write-checkpoint.ts';
import type { ReadMemory } from '../engine/free-memory.ts';
import type { PointOutcome } from '../evaluate/run-evaluations.ts';
import { countParameters, parameterLayout } from '../model/parameters.ts';
import type { StepShape } from '../model/types.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { readSkips, type SkipRecord, skipOf } from '../run-folder/skip-record.ts';
import { writingCheckpoint } from './checkpoint-not-written.ts';
import { evaluateHeldOut } from './evaluate-held-out.ts';
import { isMeasuringCostly } from './held-out-batch-limit.ts';
import { requireMemoryLeft } from './memory-runs-out.ts';
import { refuseNonFinite } from './non-finite.ts';
import type { TrainingProgram } from './program.ts';
import { rehearse, rehearseHeldOut } from './rehearse.ts';
import { requireFiniteHeldOut } from './require-finite-held-out.ts';
import { openRunLogs, type RunLogs } from './run-logs.ts';
import { saysSpike } from './says-spike.ts';
import type { Spike } from './spike-detector.ts';
import { createSpikeGuard, type NewestCheckpoint, neededCheckpoint, type SpikeGuard } from './spike-guard.ts';
import { sameShape, shapeAt, stageAt } from './step-position.ts';
import type { HeldOutPart, TrainingData } from './training-data.ts';
import type { HeldOutLoss, SkippedStep, StepMetrics, StepTiming, TrainingObserver } from './training-event.ts';

/**
 * After a step's update and its held-out loss, before its checkpoint; step 0 is before the first. Steps are the phase's. A run
 * that goes on from a step asks again after that step, so what is done already must not be done twice.
 */
export type AfterStep = (step: number, program: TrainingProgram, logs: RunLogs) => Promise<PointOutcome>;

/** All that one phase's training needs, in steps of the phase. The program holds the state after `startStep` (0: its start). */
export interface TrainingRun {
  readonly plan: Plan;
  readonly phase: PlanPhase;
  /** Steps of the run before the phase: logs, checkpoints and events count from the run's start. */
  readonly before: number;
  /** Steps of the run whose checkpoints something later starts from. */
  readonly startedFrom: ReadonlySet<number>;
  readonly program: TrainingProgram;
  readonly data: TrainingData;
  readonly folder: RunFolder;
  readonly startStep: number;
  /** Updates that the optimizer's state holds at the phase's start; 0 unless said. Its bias correction counts them. */
  readonly optimizerUpdates?: number;
  /** Whether the weights at the phase's start are drawn from the seed, so that their loss says nothing; false unless said. */
  readonly freshWeights?: boolean;
  /** The phase's last step, or an earlier one to stop after. */
  readonly lastStep: number;
  /** Asked one after the other, until one does not let the run go on; what one throws ends it. */
  readonly afterStep: readonly AfterStep[];
  readonly observe: TrainingObserver;
  /** Aborted: finish the step, write a checkpoint, return. */
  readonly interrupted: AbortSignal;
  /** Looked at after every step and before every checkpoint; unset: memory is not watched. */
  readonly readMemory?: ReadMemory | undefined;
  /** The newest checkpoint of the folder that verifies: what `on_spike` goes back to. */
  readonly newestCheckpoint: () => Promise<NewestCheckpoint>;
  /** Puts the program into the state of the phase's start, as a spike before its first checkpoint needs it. */
  readonly restoreStart: () => Promise<void>;
}

export interface TrainingOutcome {
  readonly ended: 'finished' | 'interrupted' | 'stopped';
  /** The last step of the phase that was taken; there is a checkpoint of it unless it is 0. */
  readonly step: number;
}

/** Where the loop is, beside the step itself. */
interface Progress {
  readonly logs: RunLogs;
  readonly guard: SpikeGuard | null;
  /** As `skips.json` has them. */
  skips: readonly SkipRecord[];
  /** What the program holds can be had again from this step of the phase. */
  lastCheckpoint: number;
  /** Of the last step that was trained in this process. */
  shape: StepShape | null;
}

/**
 * Trains steps startStep+1 … lastStep of a phase. What a step computes depends on plan, data, step and the recorded skips
 * alone, so a run that was stopped anywhere and resumed computes what an uninterrupted one does.
 * Throws `NonFiniteStep` when the loss or gradient is no number and no `on_spike` says what to do, `RewindsUsedUp` when going
 * back does not help; no checkpoint is written from there on. Throws `CheckpointNotWritten` when the file system refuses one.
 */
export async function train(run: TrainingRun): Promise<TrainingOutcome> {
  const logs = openRunLogs(run.folder, run.before + run.startStep, run.startStep === 0 ? run.phase.name : null);
  try {
    if (run.startStep > 0) {
      const outcome = await askAfterStep(run, logs, run.startStep);
      if (outcome !== 'goes_on') return { ended: outcome, step: run.startStep };
    }
    if (run.startStep >= run.lastStep) return { ended: 'finished', step: run.startStep };
    noteMissingLines(run, logs);
    const rehearsalStart = performance.now();
    await rehearse(run);
    run.observe({ kind: 'rehearsed', seconds: secondsSince(rehearsalStart) });
    if (run.startStep === 0) {
      const outcome = await measure(run, logs, 0);
      if (outcome !== 'goes_on') return { ended: outcome, step: 0 };
    }
    const guard = createSpikeGuard(run, logs);
    const skips = readSkips(run.folder.skips);
    return await runSteps(run, { logs, guard, skips, lastCheckpoint: run.startStep, shape: null });
  } finally {
    logs.close();
  }
}

async function runSteps(run: TrainingRun, progress: Progress): Promise<TrainingOutcome> {
  const { logs } = progress;
  for (let step = run.startStep + 1; step <= run.lastStep; step++) {
    // A step may compute without ever leaving this thread: signals, timers and the prefetch of batches get their turn here.
    await eventLoopTurn();
    if (run.interrupted.aborted) return await endInterrupted(run, logs, step - 1, progress.lastCheckpoint);
    const skip = skipOf(progress.skips, run.before + step);
    if (skip !== null) passStep(run, logs, step, skip);
    else {
      const goneBackTo = await takeStep(run, progress, step);
      if (goneBackTo !== null) {
        step = goneBackTo;
        continue;
      }
    }
    if (step === 1 && !isHeldOutDue(run, 0)) await rehearseHeldOut(run, step);
    const outcome = await measure(run, logs, step);
    if (outcome !== 'goes_on' || isCheckpointDue(run, step, skip !== null)) {
      await saveCheckpoint(run, logs, step, progress.lastCheckpoint);
      progress.lastCheckpoint = step;
    }
    if (outcome !== 'goes_on') return { ended: outcome, step };
  }
  return { ended: 'finished', step: run.lastStep };
}

/** Someone deleted or changed the log: the run goes on, but its record has a hole that nothing can fill. */
function noteMissingLines({ before, startStep, observe }: TrainingRun, { metrics }: RunLogs): void {
  const done = before + startStep;
  if (metrics.linesKept === done) return;
  const message = `metrics.jsonl has ${metrics.linesKept} lines for the ${done} steps before this one`;
  observe({ kind: 'note', message });
}

/** Trains one step; gives the phase's step that the run is at again when its loss was a spike, else null. */
async function takeStep(run: TrainingRun, progress: Progress, step: number): Promise<number | null> {
  const { phase } = run;
  const { logs, guard } = progress;
  const shape = shapeAt(phase, step);
  const firstOfShape = progress.shape === null || !sameShape(shape, progress.shape);
  progress.shape = shape;
  if (firstOfShape) run.observe({ kind: 'new-shape', step: run.before + step, shape });

  const start = performance.now();
  const batch = run.data.batchAt(step);
  const dataSeconds = secondsSince(start);
  const rate = learningRate(phase.schedule, step);
  const {
    loss,
    gradientNorm,
    metrics: more,
  } = await run.program.step(shape, batch, rate, (run.optimizerUpdates ?? 0) + step);
  const seconds = secondsSince(start);

  const metrics: StepMetrics = {
    ...positionOf(run, step),
    loss,
    learning_rate: rate,
    gradient_norm: gradientNorm,
    ...more,
  };
  const places = () => run.data.placesAt(step);
  const spike = guard?.judge(metrics) ?? null;
  if (guard !== null && spike !== null) return await goBack(run, progress, guard, metrics, spike);
  refuseNonFinite(metrics, places, runStepOrNull(run, progress.lastCheckpoint));
  const timing: StepTiming = {
    step: run.before + step,
    seconds,
    tokens_per_second: (batch.filled?.tokens ?? shape.sequences * shape.sequence) / seconds,
    ...(batch.filled && { trained_tokens_per_second: batch.filled.trained / seconds }),
    data_share: dataSeconds / seconds,
  };
  logs.metrics.append(metrics);
  logs.timings.append(timing);
  run.observe({ kind: 'step', metrics, timing, places, firstOfShape });
  watchMemory(run, `step ${metrics.step}`, 0, progress.lastCheckpoint);
  return null;
}

/** Rewinds the run at a spike; gives the phase's step that it is at then. */
async function goBack(
  run: TrainingRun,
  progress: Progress,
  guard: SpikeGuard,
  metrics: StepMetrics,
  spike: Spike,
): Promise<number> {
  const skip = await guard.rewind(metrics, spike);
  progress.skips = [...progress.skips, skip];
  progress.lastCheckpoint = skip.checkpoint - run.before;
  run.observe({ kind: 'rewound', message: saysSpike(metrics, spike), skip });
  return progress.lastCheckpoint;
}

/** Leaves a step out: weights and optimizer state stay, position and schedule go on. */
function passStep(run: TrainingRun, { metrics }: RunLogs, step: number, skip: SkipRecord): void {
  const line = { ...positionOf(run, step), skipped: true } as const;
  metrics.append(line);
  run.observe({ kind: 'skipped', line, skip });
}

function positionOf({ phase, before, data }: TrainingRun, step: number): Omit<SkippedStep, 'skipped'> {
  return {
    step: before + step,
    phase: phase.name,
    stage: stageAt(phase, step).name,
    tokens: data.tokensThrough(step),
  };
}

/** The last checkpoint of the run; null where there is none yet. */
function runStepOrNull({ before }: TrainingRun, step: number): number | null {
  return before + step === 0 ? null : before + step;
}

async function measure(run: TrainingRun, logs: RunLogs, step: number): Promise<PointOutcome> {
  if (isHeldOutDue(run, step)) await measureHeldOut(run, logs, step);
  return await askAfterStep(run, logs, step);
}

async function askAfterStep({ afterStep, program }: TrainingRun, logs: RunLogs, step: number): Promise<PointOutcome> {
  for (const ask of afterStep) {
    const outcome = await ask(step, program, logs);
    if (outcome !== 'goes_on') return outcome;
  }
  return 'goes_on';
}

/**
 * Before the first step, at the end of every stage and at the last step. Weights drawn from the seed give about the logarithm of
 * the vocabulary: of a large model that is not measured, since the first step would wait for it.
 */
function isHeldOutDue(run: TrainingRun, step: number): boolean {
  const { phase, lastStep, plan, data, freshWeights } = run;
  if (step === 0) return !freshWeights || !isMeasuringCostly(plan.model, shapeAt(phase, 1), data.heldOut.length);
  return step === lastStep || phase.stages.some((stage) => stage.last_step === step);
}

async function measureHeldOut(run: TrainingRun, logs: RunLogs, step: number): Promise<void> {
  const shape = shapeAt(run.phase, step);
  const losses: HeldOutLoss[] = [];
  const runStep = run.before + step;
  const parts = run.data.heldOut.filter((part) => holdsBatch(part, shape));
  if (parts.length > 0) run.observe({ kind: 'measuring', step: runStep });
  for (const part of parts) {
    const result = await evaluateHeldOut(run.program, part, shape);
    if (!result) continue;
    if (step === 0) requireFiniteHeldOut(part.dataset, result.loss, runStep);
    const line: HeldOutLoss = {
      step: runStep,
      phase: run.phase.name,
      stage: stageAt(run.phase, step).name,
      dataset: part.dataset,
      sequence: shape.sequence,
      ...result,
    };
    logs.heldOut.append(line);
    losses.push(line);
  }
  run.observe({ kind: 'held-out', step: runStep, losses });
}

/** Whether anything is held out: a dataset without `holdout` has a part without a batch. */
function holdsBatch(part: HeldOutPart, shape: StepShape): boolean {
  for (const _ of part.batches(shape)) return true;
  return false;
}

/** After a skipped step, whose state is that of the checkpoint before, only where something needs one. */
function isCheckpointDue(
  { phase, before, lastStep, startedFrom }: TrainingRun,
  step: number,
  isSkipped: boolean,
): boolean {
  const every = phase.checkpoint.every_steps;
  const isRegular = every !== null && step % every === 0;
  return step === lastStep || startedFrom.has(before + step) || (isRegular && !isSkipped);
}

/** The logs go first: a checkpoint of step s promises that the lines of steps 1 … s are there. */
async function saveCheckpoint(run: TrainingRun, logs: RunLogs, step: number, lastCheckpoint: number): Promise<void> {
  const { before } = run;
  const { checkpoints } = run.folder;
  const { every_steps: everySteps, keep } = run.phase.checkpoint;
  const runStep = before + step;
  watchMemory(run, `the checkpoint of step ${runStep}`, checkpointBytes(run.plan), lastCheckpoint);
  const { parameters, slots } = await run.program.readState();
  await writingCheckpoint(runStep, before + lastCheckpoint, async () => {
    logs.sync();
    await writeCheckpoint(checkpoints, { step: runStep, plan: run.plan.hash, parameters, slots });
  });
  const lastStep = before + run.lastStep;
  const needed = neededCheckpoint(run, runStep);
  const startedFrom = needed === null ? run.startedFrom : new Set([...run.startedFrom, needed]);
  await dropOldCheckpoints(checkpoints, runStep, { before, lastStep, everySteps, keep, startedFrom });
  run.observe({ kind: 'checkpoint', step: runStep, path: checkpointPath(checkpoints, runStep) });
}

/** Ends the run while the system still lets it. */
function watchMemory(run: TrainingRun, what: string, needed: number, lastCheckpoint: number): void {
  if (run.readMemory) requireMemoryLeft(run.readMemory, what, needed, runStepOrNull(run, lastCheckpoint));
}

/** What a checkpoint holds in memory while it is written: parameters and both moments. */
function checkpointBytes({ model }: Plan): number {
  return 3 * 4 * countParameters(parameterLayout(model));
}

async function endInterrupted(
  run: TrainingRun,
  logs: RunLogs,
  step: number,
  lastCheckpoint: number,
): Promise<TrainingOutcome> {
  if (step > lastCheckpoint) await saveCheckpoint(run, logs, step, lastCheckpoint);
  return { ended: 'interrupted', step };
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
