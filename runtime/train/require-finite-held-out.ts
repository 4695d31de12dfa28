import { RunError } from './run-error.ts';

/**
 * Throws `RunError` when the held-out loss of a dataset is no number before the first step of a process; `step` is the run's
 * last one before it.
 */
export function requireFiniteHeldOut(dataset: string, loss: number, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new RunError(`the held-out loss of \`${dataset}\` is ${loss} before the first step`, {
    exitCode: 4,
    help: step === 0 ? 'look at `init_std` and `rope_theta`' : 'the checkpoint holds a model that diverged',
  });
}
