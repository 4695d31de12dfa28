import { armCursors, type Plan, type PlanAblation, type RunSamplerOptions } from '../../compiler/plan/index.ts';
import { CheckpointInvalid, readCheckpoint } from '../checkpoint/read-checkpoint.ts';
import { parameterLayout } from '../model/parameters.ts';
import type { NamedArray } from '../model/types.ts';
import { acceptedPlans } from '../run-folder/plan-edits.ts';
import { runFolderAt } from '../run-folder/run-folder.ts';
import { RunError } from '../train/run-error.ts';
import { slotLayout } from '../train/slot-layout.ts';
import { startingPlace } from './train-start.ts';

/** What an arm begins with, the same for every arm. */
export interface ArmStart {
  readonly cursors: RunSamplerOptions;
  /** null: weights drawn from the seed. */
  readonly state: StartingState | null;
}

/** Weights, and the optimizer's state where the arms go on with the phase that they start from. */
export interface StartingState {
  readonly parameters: readonly NamedArray[];
  /** null: the optimizer is at its start. */
  readonly slots: readonly NamedArray[] | null;
  /** Updates that `slots` hold. */
  readonly updates: number;
}

/**
 * Reads what the arms start from. Arms that copy the phase of the checkpoint go on with its optimizer; others take its weights.
 * Throws RunError when the run has not come to that step, or its checkpoint does not verify.
 */
export async function loadArmStart(
  plan: Plan,
  { from, of, name }: PlanAblation,
  run: string | null,
): Promise<ArmStart> {
  const cursors = armCursors(plan, from);
  // Weights that are not the run's are read as those of any phase.
  if (from.kind !== 'phase' || run === null) return { cursors, state: null };
  const { step, within } = startingPlace(plan, from);
  const layout = parameterLayout(plan.model);
  const folder = runFolderAt(run);
  try {
    const arrays = { parameters: layout, slots: slotLayout(layout) };
    const read = await readCheckpoint(folder.checkpoints, step, acceptedPlans(folder, plan.hash), arrays);
    const goesOn = of === from.phase;
    return {
      cursors,
      state: { parameters: read.parameters, slots: goesOn ? read.slots : null, updates: goesOn ? within : 0 },
    };
  } catch (error) {
    if (!(error instanceof CheckpointInvalid)) throw error;
    throw new RunError(
      `ablation \`${name}\` starts from step ${step}, whose checkpoint in \`${run}\` cannot be used: ${error.message}`,
      { help: 'move the run away: a new one is then trained up to that step' },
    );
  }
}
