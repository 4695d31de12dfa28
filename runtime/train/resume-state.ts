import { newestCheckpoint, type SkippedCheckpoint } from '../checkpoint/newest-checkpoint.ts';
import type { PlanRule, StateLayout } from '../checkpoint/read-checkpoint.ts';
import { removeLeftovers } from '../checkpoint/write-checkpoint.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import type { TrainingProgram } from './program.ts';

/**
 * Loads the newest checkpoint that verifies into the program and gives its step; 0, with the program untouched, when none
 * does. The checkpoints that were passed over are named with the reason. Call under the folder's lock.
 */
export async function resumeState(
  folder: RunFolder,
  plan: PlanRule,
  layout: StateLayout,
  program: TrainingProgram,
): Promise<{ readonly step: number; readonly skipped: readonly SkippedCheckpoint[] }> {
  await removeLeftovers(folder.checkpoints);
  const { checkpoint, skipped } = await newestCheckpoint(folder.checkpoints, plan, layout);
  if (checkpoint) await program.writeState(checkpoint);
  return { step: checkpoint?.step ?? 0, skipped };
}
