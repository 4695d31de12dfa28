import { evaluateHeldOut } from './evaluate-held-out.ts';
import { rehearseCheckpoint } from './rehearse-checkpoint.ts';
import { requireFiniteHeldOut } from './require-finite-held-out.ts';
import { shapeAt } from './step-position.ts';
import type { TrainingRun } from './train.ts';

/**
 * A little of everything before the real run, so that a wrong setting, a full disk or an engine that cannot do what the plan
 * needs fails in seconds and not at the first checkpoint: one checkpoint (of a large model, a part of one) written, read back
 * and compared, and in the midst of a phase one held-out batch of each dataset; at its start all of them are measured anyhow, or,
 * of a large model with weights drawn from the seed, a batch is after the first step.
 * Changes nothing in the program.
 * Throws `RunError` (a loss that is no number, a checkpoint that cannot be written) or what the failing part throws.
 */
export async function rehearse(run: TrainingRun): Promise<void> {
  await rehearseCheckpoint(run);
  if (run.startStep > 0) await rehearseHeldOut(run, run.startStep);
}

/** Evaluates one held-out batch of each dataset with the program as it is after a step. Throws `RunError`. */
export async function rehearseHeldOut(run: TrainingRun, step: number): Promise<void> {
  const shape = shapeAt(run.phase, step + 1);
  for (const part of run.data.heldOut) {
    const result = await evaluateHeldOut(run.program, part, shape, 1);
    if (result) requireFiniteHeldOut(part.dataset, result.loss, run.before + step);
  }
}
