import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { learningRate, type Plan, type PlanPhase } from '../../compiler/plan/index.ts';
import { checkpointPath } from '../checkpoint/checkpoint-folder.ts';
import { dropOldCheckpoints } from '../checkpoint/retention.ts';
import { writeCheckpoint } from '../checkpoint/write-checkpoint.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { writingCheckpoint } from './checkpoint-not-written.ts';
import { evaluateHeldOut } from './evaluate-held-out.ts';
import { refuseNonFinite } from './non-finite.ts';
import type { TrainingProgram } from './program.ts';
import { rehearse } from './rehearse.ts';
import { openRunLogs, type RunLogs } from './run-logs.ts';
import { sameShape, shapeAt, stageAt, tokensThrough } from './step-position.ts';
import type { TrainingData } from './training-data.ts';
import type { HeldOutLoss, StepMetrics, StepTiming, TrainingObserver } from './training-event.ts';

/** All that one phase's training needs. The program holds the state after `startStep` (0: fresh weights). */
export interface TrainingRun {
  readonly plan: Plan;
  readonly phase: PlanPhase;
  readonly program: TrainingProgram;
  readonly data: TrainingData;
  readonly folder: RunFolder;
  readonly startStep: number;
  /** The phase's last step, or an earlier one to stop after. */
  readonly lastStep: number;
  readonly observe: TrainingObserver;
  /** Aborted: finish the step, write a checkpoint, return. */
  readonly interrupted: AbortSignal;
}

export interface TrainingOutcome {
  readonly ended: 'finished' | 'interrupted';
  /** The last step taken; there is a checkpoint of it unless it is 0. */
  readonly step: number;
}

/**
 * Trains steps startStep+1 … lastStep of a phase. What a step computes depends on plan, data and step alone, so a run that was
 * stopped anywhere and resumed computes what an uninterrupted one does.
 * Throws `NonFiniteStep` when the loss or gradient is no number; no checkpoint is written from there on. Throws
 * `CheckpointNotWritten` when the file system refuses one.
 */
export async function train(run: TrainingRun): Promise<TrainingOutcome> {
  const logs = openRunLogs(run.folder, run.startStep);
  try {
    if (run.startStep >= run.lastStep) return { ended: 'finished', step: run.startStep };
    noteMissingLines(run, logs);
    const rehearsalStart = performance.now();
    await rehearse(run);
    run.observe({ kind: 'rehearsed', seconds: secondsSince(rehearsalStart) });
    if (run.startStep === 0) await measureHeldOut(run, logs, 0);
    let lastCheckpoint = run.startStep;
    for (let step = run.startStep + 1; step <= run.lastStep; step++) {
      // A step may compute without ever leaving this thread: signals, timers and the prefetch of batches get their turn here.
      await eventLoopTurn();
      if (run.interrupted.aborted) return await endInterrupted(run, logs, step - 1, lastCheckpoint);
      await takeStep(run, logs, step, lastCheckpoint);
      if (isHeldOutDue(run, step)) await measureHeldOut(run, logs, step);
      if (isCheckpointDue(run, step)) {
        await saveCheckpoint(run, logs, step, lastCheckpoint);
        lastCheckpoint = step;
      }
    }
    return { ended: 'finished', step: run.lastStep };
  } finally {
    logs.close();
  }
}

/** Someone deleted or changed the log: the run goes on, but its record has a hole that nothing can fill. */
function noteMissingLines({ startStep, observe }: TrainingRun, { metrics }: RunLogs): void {
  if (metrics.linesKept === startStep) return;
  const message = `metrics.jsonl has ${metrics.linesKept} lines for the ${startStep} steps before this one`;
  observe({ kind: 'note', message });
}

async function takeStep(run: TrainingRun, logs: RunLogs, step: number, lastCheckpoint: number): Promise<void> {
  const { phase } = run;
  const shape = shapeAt(phase, step);
  const firstOfShape = step === run.startStep + 1 || !sameShape(shape, shapeAt(phase, step - 1));
  if (firstOfShape) run.observe({ kind: 'new-shape', step, shape });

  const start = performance.now();
  const batch = run.data.batchAt(step);
  const dataSeconds = secondsSince(start);
  const rate = learningRate(phase.schedule, step);
  const { loss, gradientNorm } = await run.program.step(shape, batch, rate, step);
  const seconds = secondsSince(start);

  const metrics: StepMetrics = {
    step,
    stage: stageAt(phase, step).name,
    tokens: tokensThrough(phase, step),
    loss,
    learning_rate: rate,
    gradient_norm: gradientNorm,
  };
  const places = () => run.data.placesAt(step);
  refuseNonFinite(metrics, places, lastCheckpoint === 0 ? null : lastCheckpoint);
  const timing: StepTiming = {
    step,
    seconds,
    tokens_per_second: (shape.sequences * shape.sequence) / seconds,
    data_share: dataSeconds / seconds,
  };
  logs.metrics.append(metrics);
  logs.timings.append(timing);
  run.observe({ kind: 'step', metrics, timing, places, firstOfShape });
}

/** At the end of every stage and at the last step. */
function isHeldOutDue({ phase, lastStep }: TrainingRun, step: number): boolean {
  return step === lastStep || phase.stages.some((stage) => stage.last_step === step);
}

async function measureHeldOut(run: TrainingRun, logs: RunLogs, step: number): Promise<void> {
  const shape = shapeAt(run.phase, step);
  const losses: HeldOutLoss[] = [];
  if (run.data.heldOut.length > 0) run.observe({ kind: 'measuring', step });
  for (const part of run.data.heldOut) {
    const result = await evaluateHeldOut(run.program, part, shape);
    if (!result) continue;
    const line: HeldOutLoss = {
      step,
      stage: stageAt(run.phase, step).name,
      dataset: part.dataset,
      sequence: shape.sequence,
      ...result,
    };
    logs.heldOut.append(line);
    losses.push(line);
  }
  run.observe({ kind: 'held-out', step, losses });
}

function isCheckpointDue({ phase, lastStep }: TrainingRun, step: number): boolean {
  const every = phase.checkpoint.every_steps;
  return step === lastStep || (every !== null && step % every === 0);
}

/** The logs go first: a checkpoint of step s promises that the lines of steps 1 … s are there. */
async function saveCheckpoint(run: TrainingRun, logs: RunLogs, step: number, lastCheckpoint: number): Promise<void> {
  const { checkpoints } = run.folder;
  const { parameters, slots } = await run.program.readState();
  await writingCheckpoint(step, lastCheckpoint, async () => {
    logs.sync();
    await writeCheckpoint(checkpoints, { step, plan: run.plan.hash, parameters, slots });
  });
  await dropOldCheckpoints(checkpoints, step, run.phase.checkpoint, run.lastStep);
  run.observe({ kind: 'checkpoint', step, path: checkpointPath(checkpoints, step) });
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
