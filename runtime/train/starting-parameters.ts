import type { Plan } from '../../compiler/plan/index.ts';
import { checkpointPath } from '../checkpoint/checkpoint-folder.ts';
import { CheckpointInvalid, readCheckpointParameters } from '../checkpoint/read-checkpoint.ts';
import type { StoredModel } from '../export/stored-model.ts';
import { parameterLayout } from '../model/parameters.ts';
import type { NamedArray } from '../model/types.ts';
import { acceptedPlans } from '../run-folder/plan-edits.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { RunError } from './run-error.ts';
import { type RunPhase, runPhases } from './run-phases.ts';

/**
 * The weights that a phase starts from; null where they are drawn from the plan's seed. This is the one place where `from` is
 * followed; `starts` holds the models from elsewhere, by phase. Throws `RunError` when the checkpoint it names is not there or does
 * not verify, `ModelFileError` for weights that cannot be read.
 */
export async function startingParameters(
  plan: Plan,
  { phase }: RunPhase,
  folder: RunFolder,
  starts: ReadonlyMap<string, StoredModel>,
): Promise<readonly NamedArray[] | null> {
  const { from } = phase;
  if (from.kind === 'fresh') return null;
  if (from.kind === 'weights' || from.kind === 'checkpoint') return starts.get(phase.name)!.readParameters();
  if (from.kind !== 'phase') throw new Error(`weights of kind ${from.kind} were not refused`);
  const step = startStepOf(plan, from.phase, from.step);
  const path = checkpointPath(folder.checkpoints, step);
  try {
    return await readCheckpointParameters(path, parameterLayout(plan.model), acceptedPlans(folder, plan.hash));
  } catch (error) {
    if (!(error instanceof CheckpointInvalid)) throw error;
    throw new RunError(
      `phase \`${phase.name}\` starts from step ${step} of the run, whose checkpoint cannot be used: ${error.message}`,
      { help: `delete the checkpoints after step ${step} and resume, or start a new run` },
    );
  }
}

/** Steps of the run whose checkpoints later phases or ablations start from: these are written, and never dropped. */
export function stepsStartedFrom(plan: Plan): ReadonlySet<number> {
  const starts = [...plan.phases, ...plan.ablations].map(({ from }) => from);
  return new Set(starts.flatMap((from) => (from.kind === 'phase' ? [startStepOf(plan, from.phase, from.step)] : [])));
}

/** The run's step of a step of one of its phases; of the phase's end for null. */
function startStepOf(plan: Plan, name: string, step: number | null): number {
  const from = runPhases(plan).find(({ phase }) => phase.name === name);
  if (!from) throw new Error(`a plan without the phase ${name} that it starts from`);
  return from.before + (step ?? from.phase.steps);
}
