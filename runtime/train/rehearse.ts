import { evaluateHeldOut } from './evaluate-held-out.ts';
import { rehearseCheckpoint } from './rehearse-checkpoint.ts';
import { RunError } from './run-error.ts';
import { shapeAt } from './step-position.ts';
import type { TrainingRun } from './train.ts';

/** Held-out batches of each dataset that the rehearsal evaluates. */
const rehearsedBatches = 2;

/**
 * A little of everything before the real run, so that a wrong setting, a full disk or an engine that cannot do what the plan
 * needs fails in seconds and not at the first checkpoint: two held-out batches, and one checkpoint (of a large model, a part
 * of one) written, read back and compared. Changes nothing in the program.
 * Throws `RunError` (a loss that is no number, a checkpoint that cannot be written) or what the failing part throws.
 */
export async function rehearse(run: TrainingRun): Promise<void> {
  const shape = shapeAt(run.phase, run.startStep + 1);
  for (const part of run.data.heldOut) {
    const result = await evaluateHeldOut(run.program, part, shape, rehearsedBatches);
    if (result && !Number.isFinite(result.loss)) {
      throw new RunError(`the held-out loss of \`${part.dataset}\` is ${result.loss} before the first step`, {
        exitCode: 4,
        help:
          run.before + run.startStep === 0
            ? 'look at `init_std` and `rope_theta`'
            : 'the checkpoint holds a model that diverged',
      });
    }
  }
  await rehearseCheckpoint(run);
}
