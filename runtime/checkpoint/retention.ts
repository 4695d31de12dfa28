import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointName, checkpointPath, listCheckpoints } from './checkpoint-folder.ts';
import { isMarkedKept } from './kept-mark.ts';

/** Which checkpoints of a phase stay, in steps of the run. */
export interface Retention {
  /** The last step of the phases before: what stands at or below it is theirs. */
  readonly before: number;
  /** The last step to train. */
  readonly lastStep: number;
  /** A regular checkpoint is one every so many steps of the phase; null for the last step's alone. */
  readonly everySteps: number | null;
  /** Newest regular ones that stay; null for all. */
  readonly keep: number | null;
  /** Steps that something later starts from: their checkpoints always stay. */
  readonly startedFrom: ReadonlySet<number>;
}

/**
 * Steps to drop once the checkpoint of `newest` stands, so that a run that was interrupted ends with the checkpoints of one
 * that was not: of the phase's regular ones (every `everySteps`, and the last step) the newest `keep` stay; one written for an
 * interruption goes as soon as a newer one exists. Steps after `newest` are left alone: they did not verify, and say so.
 */
export function checkpointsToDrop(
  steps: readonly number[],
  newest: number,
  { before, lastStep, everySteps, keep, startedFrom }: Retention,
): number[] {
  if (keep === null) return [];
  const isRegular = (step: number) => step === lastStep || (everySteps !== null && (step - before) % everySteps === 0);
  const past = steps.filter((step) => step > before && step <= newest).sort((a, b) => b - a);
  const kept = new Set([newest, ...past.filter(isRegular).slice(0, keep)]);
  return past.filter((step) => !kept.has(step) && !startedFrom.has(step));
}

/** Deletes the checkpoints that the policy no longer keeps, but those that another run starts from. Call only after `newest` is durable. */
export async function dropOldCheckpoints(checkpoints: string, newest: number, retention: Retention): Promise<void> {
  const steps = checkpointsToDrop(listCheckpoints(checkpoints), newest, retention);
  await drop(
    checkpoints,
    steps.filter((step) => !isMarkedKept(checkpointPath(checkpoints, step))),
  );
}

/** Deletes the checkpoints of steps that a run has gone back before. */
export async function dropCheckpointsAfter(checkpoints: string, step: number): Promise<void> {
  await drop(
    checkpoints,
    listCheckpoints(checkpoints).filter((each) => each > step),
  );
}

async function drop(checkpoints: string, steps: readonly number[]): Promise<void> {
  for (const step of steps) {
    // Under another name first: a checkpoint that is half deleted must not look like a damaged one.
    const aside = join(checkpoints, `.${checkpointName(step)}.old`);
    await rm(aside, { recursive: true, force: true });
    await rename(checkpointPath(checkpoints, step), aside);
    await rm(aside, { recursive: true, force: true });
  }
}
