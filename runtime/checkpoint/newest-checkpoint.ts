import { listCheckpoints } from './checkpoint-folder.ts';
import { CheckpointInvalid, type PlanRule, readCheckpoint, type StateLayout } from './read-checkpoint.ts';
import type { Checkpoint } from './write-checkpoint.ts';

/** A checkpoint that was passed over, and why. */
export interface SkippedCheckpoint {
  readonly step: number;
  readonly reason: string;
}

/**
 * The newest checkpoint that verifies, and the newer ones that do not. null when none does. Memory: one checkpoint at a time.
 */
export async function newestCheckpoint(
  checkpoints: string,
  plan: PlanRule,
  layout: StateLayout,
): Promise<{ checkpoint: Checkpoint | null; skipped: SkippedCheckpoint[] }> {
  const skipped: SkippedCheckpoint[] = [];
  for (const step of listCheckpoints(checkpoints)) {
    try {
      return { checkpoint: await readCheckpoint(checkpoints, step, plan, layout), skipped };
    } catch (error) {
      if (!(error instanceof CheckpointInvalid)) throw error;
      skipped.push({ step, reason: error.message });
    }
  }
  return { checkpoint: null, skipped };
}
