import { newestCheckpoint, type SkippedCheckpoint } from '../checkpoint/newest-checkpoint.ts';
import type { PlanRule, StateLayout } from '../checkpoint/read-checkpoint.ts';
import type { Checkpoint } from '../checkpoint/write-checkpoint.ts';
import { removeLeftovers } from '../checkpoint/write-checkpoint.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';

/**
 * The newest checkpoint of a run that verifies, null when none does, and those that were passed over with the reason. Call
 * under the folder's lock.
 */
export async function resumeState(
  folder: RunFolder,
  plan: PlanRule,
  layout: StateLayout,
): Promise<{ readonly checkpoint: Checkpoint | null; readonly skipped: readonly SkippedCheckpoint[] }> {
  await removeLeftovers(folder.checkpoints);
  return newestCheckpoint(folder.checkpoints, plan, layout);
}
