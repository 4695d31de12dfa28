import type { Plan } from '../../compiler/plan/index.ts';
import type { StartingState } from '../ablation/arm-start.ts';
import type { Checkpoint } from '../checkpoint/write-checkpoint.ts';
import type { ReadMemory } from '../engine/free-memory.ts';
import type { StoredModel } from '../export/stored-model.ts';
import { initialParameters } from '../model/initialize.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { hashParameters, storedReference } from '../run-folder/stored-reference.ts';
import type { PhasePrograms } from './phase-programs.ts';
import type { TrainingProgram } from './program.ts';
import { phaseHolding, type RunPhase } from './run-phases.ts';
import type { NewestCheckpoint } from './spike-guard.ts';
import { startingParameters, stepsStartedFrom } from './starting-parameters.ts';
import { shapeAt } from './step-position.ts';
import { type AfterStep, train } from './train.ts';
import type { TrainingData } from './training-data.ts';
import type { TrainingObserver } from './training-event.ts';

/** The phases of a run and what they train with. */
export interface PhasesRun {
  readonly plan: Plan;
  readonly phases: readonly RunPhase[];
  /** By the name of a phase: the model from elsewhere whose weights it starts from. */
  readonly starts: ReadonlyMap<string, StoredModel>;
  readonly programs: PhasePrograms;
  readonly dataOf: (phase: RunPhase) => TrainingData;
  readonly folder: RunFolder;
  /** What the run goes on from; null for its beginning. */
  readonly checkpoint: Checkpoint | null;
  /** The run's step to stop after. */
  readonly lastStep: number;
  readonly afterStepOf: (phase: RunPhase) => readonly AfterStep[];
  /** What the first phase begins with, instead of what its `from` says; null for that. */
  readonly start: StartingState | null;
  /** Whether something asked after this step of a phase is still to be done. */
  readonly isPending: (phase: RunPhase, step: number) => boolean;
  readonly observe: TrainingObserver;
  readonly interrupted: AbortSignal;
  readonly readMemory?: ReadMemory | undefined;
  /** Of the folder, as it is when asked. */
  readonly newestCheckpoint: () => Promise<NewestCheckpoint>;
}

export interface PhasesOutcome {
  readonly ended: 'finished' | 'interrupted' | 'stopped';
  /** The last step of the run that was taken. */
  readonly step: number;
  /** The phase that holds it; its program holds the state after it. */
  readonly phase: RunPhase;
}

/**
 * Trains the phases in order, from the checkpoint's step to the last asked for. Each starts from the weights that its `from`
 * names, its optimizer and schedule anew. A checkpoint at a phase's end leads into the next phase.
 * Throws what `train` and `startingParameters` throw.
 */
export async function trainPhases(run: PhasesRun): Promise<PhasesOutcome> {
  const { phases, checkpoint, lastStep } = run;
  const step = checkpoint?.step ?? 0;
  // What was left to do at a phase's end is done in that phase.
  const ended = phases.find((phase) => step > 0 && phase.end === step && run.isPending(phase, step - phase.before));
  const first = ended ?? phaseHolding(phases, Math.min(step + 1, lastStep));
  let outcome = await trainPhase(run, first, checkpoint !== null && step > first.before ? checkpoint : null);
  for (const phase of phases.slice(first.index + 1)) {
    if (outcome.ended !== 'finished' || outcome.step >= lastStep) break;
    outcome = await trainPhase(run, phase, null);
  }
  return outcome;
}

/**
 * Writes the weights that a phase starts from, and makes them the reference of preference learning. False when that was
 * interrupted.
 */
async function begin(run: PhasesRun, phase: RunPhase, program: TrainingProgram): Promise<boolean> {
  const { plan, folder, dataOf, starts } = run;
  const start = startOf(run, phase);
  const weights = start?.parameters ?? (await startingParameters(plan, phase, folder, starts));
  if (start !== null) await putStart(program, start);
  else if (weights !== null) await program.writeParameters(weights);
  else await program.drawParameters(plan.seed);
  const { preference } = program;
  if (preference === null) return true;
  const reference = weights ?? [...initialParameters(plan.model, plan.seed)];
  if (!preference.live) {
    const shape = shapeAt(phase.phase, 1);
    const { name, precision } = phase.phase;
    const identity = { phase: name, weights: hashParameters(reference), ropeTheta: shape.ropeTheta, precision };
    const stored = storedReference(folder.path, identity);
    return (await dataOf(phase).prepareReference?.(preference, shape, stored, run.interrupted)) ?? true;
  }
  await preference.writeReference(reference);
  return true;
}

/** Trains one phase, from a checkpoint inside it or from its start. */
async function trainPhase(run: PhasesRun, phase: RunPhase, checkpoint: Checkpoint | null): Promise<PhasesOutcome> {
  const { plan, folder, observe, interrupted, newestCheckpoint } = run;
  const { before } = phase;
  const program = await run.programs.of(phase);
  const start = startOf(run, phase);
  const lastStep = Math.min(run.lastStep, phase.end) - before;
  const startStep = checkpoint === null ? 0 : checkpoint.step - before;
  const needsStart = checkpoint === null || (program.preference !== null && startStep < lastStep);
  const isReady = !needsStart || (await begin(run, phase, program));
  if (checkpoint) await program.writeState(checkpoint);
  if (!isReady) return { ended: 'interrupted', step: before + startStep, phase };
  if (startStep < lastStep) observe({ kind: 'phase', phase: phase.phase, before, lastStep: before + lastStep });
  const { ended, step } = await train({
    plan,
    phase: phase.phase,
    before,
    startedFrom: stepsStartedFrom(plan),
    program,
    data: run.dataOf(phase),
    folder,
    startStep,
    freshWeights: start === null && phase.phase.from.kind === 'fresh',
    lastStep,
    afterStep: run.afterStepOf(phase),
    observe,
    interrupted,
    readMemory: run.readMemory,
    newestCheckpoint,
    optimizerUpdates: start?.updates ?? 0,
    async restoreStart() {
      if (start !== null) return await putStart(program, start);
      const weights = await startingParameters(plan, phase, folder, run.starts);
      if (weights === null) await program.drawParameters(plan.seed);
      else await program.writeParameters(weights);
    },
  });
  return { ended, step: before + step, phase };
}

/** What an arm of an ablation begins with; null for a phase that follows its `from`. */
function startOf({ start }: PhasesRun, { index }: RunPhase): StartingState | null {
  return index === 0 ? start : null;
}

async function putStart(program: TrainingProgram, { parameters, slots }: StartingState): Promise<void> {
  if (slots === null) await program.writeParameters(parameters);
  else await program.writeState({ parameters, slots });
}
