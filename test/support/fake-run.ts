import { createHash } from 'node:crypto';
import type { Plan } from '../../compiler/plan/index.ts';
import { newestCheckpoint } from '../../runtime/checkpoint/newest-checkpoint.ts';
import type { ReadMemory } from '../../runtime/engine/free-memory.ts';
import { runFolderAt } from '../../runtime/run-folder/run-folder.ts';
import { resumeState } from '../../runtime/train/resume-state.ts';
import { type TrainingOutcome, train } from '../../runtime/train/train.ts';
import type { TrainingEvent } from '../../runtime/train/training-event.ts';
import { FakeProgram, fakeData, handPlan } from './training-fakes.ts';

export interface FakeRunOptions {
  readonly plan?: Plan;
  readonly lastStep?: number;
  readonly poisonedStep?: number;
  /** Losses of steps, in place of what the fake program makes up. */
  readonly spikes?: ReadonlyMap<number, number>;
  readonly observe?: (event: TrainingEvent) => void;
  readonly interrupted?: AbortSignal;
  readonly freshWeights?: boolean;
  readonly readMemory?: ReadMemory;
}

export interface FakeRunResult extends TrainingOutcome {
  readonly startStep: number;
  readonly skipped: readonly { readonly step: number; readonly reason: string }[];
  /** SHA-256 of parameters and optimizer slots at the end. */
  readonly stateHash: string;
}

/** Starts or resumes a run of the fake program in a folder, as `smol run` does with a real one. */
export async function fakeRun(path: string, options: FakeRunOptions = {}): Promise<FakeRunResult> {
  const plan = options.plan ?? handPlan();
  const program = new FakeProgram();
  program.poisonedStep = options.poisonedStep ?? null;
  for (const [step, loss] of options.spikes ?? []) program.spikes.set(step, loss);
  const start = await program.readState();
  const folder = runFolderAt(path);
  const { checkpoint, skipped } = await resumeState(folder, plan.hash, program.layout());
  if (checkpoint) await program.writeState(checkpoint);
  const startStep = checkpoint?.step ?? 0;
  const outcome = await train({
    plan,
    phase: plan.phases[0]!,
    before: 0,
    startedFrom: new Set(),
    afterStep: [],
    program,
    data: fakeData(plan),
    folder,
    startStep,
    readMemory: options.readMemory,
    freshWeights: options.freshWeights ?? false,
    lastStep: options.lastStep ?? plan.phases[0]!.steps,
    observe: options.observe ?? (() => {}),
    interrupted: options.interrupted ?? new AbortController().signal,
    newestCheckpoint: () => newestCheckpoint(folder.checkpoints, plan.hash, program.layout()),
    restoreStart: () => program.writeState(start),
  });
  const { parameters, slots } = await program.readState();
  const hash = createHash('sha256');
  for (const { values } of [...parameters, ...slots]) hash.update(new Uint8Array(values.buffer));
  return { ...outcome, startStep, skipped, stateHash: hash.digest('hex') };
}
