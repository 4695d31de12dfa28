import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanCheckpoint } from '../../compiler/plan/index.ts';
import { checkpointName, checkpointPath, listCheckpoints } from './checkpoint-folder.ts';

/**
 * Steps to drop once the checkpoint of `newest` stands, so that a run that was interrupted ends with the checkpoints of one
 * that was not: of the regular ones (every `every_steps`, and the last step) the newest `keep` stay; one written for an
 * interruption goes as soon as a newer one exists. Steps after `newest` are left alone: they did not verify, and say so.
 */
export function checkpointsToDrop(
  steps: readonly number[],
  newest: number,
  policy: PlanCheckpoint,
  lastStep: number,
): number[] {
  if (policy.keep === null) return [];
  const isRegular = (step: number) =>
    step === lastStep || (policy.every_steps !== null && step % policy.every_steps === 0);
  const past = steps.filter((step) => step <= newest).sort((a, b) => b - a);
  const kept = new Set([newest, ...past.filter(isRegular).slice(0, policy.keep)]);
  return past.filter((step) => !kept.has(step));
}

/** Deletes the checkpoints that the policy no longer keeps. Call only after `newest` is durable. */
export async function dropOldCheckpoints(
  checkpoints: string,
  newest: number,
  policy: PlanCheckpoint,
  lastStep: number,
): Promise<void> {
  for (const step of checkpointsToDrop(listCheckpoints(checkpoints), newest, policy, lastStep)) {
    // Under another name first: a checkpoint that is half deleted must not look like a damaged one.
    const aside = join(checkpoints, `.${checkpointName(step)}.old`);
    await rm(aside, { recursive: true, force: true });
    await rename(checkpointPath(checkpoints, step), aside);
    await rm(aside, { recursive: true, force: true });
  }
}
