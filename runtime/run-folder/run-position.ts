import { existsSync } from 'node:fs';
import type { Plan } from '../../compiler/plan/index.ts';
import { newestCheckpoint, type SkippedCheckpoint } from '../checkpoint/newest-checkpoint.ts';
import { parameterLayout } from '../model/parameters.ts';
import { RunError } from '../train/run-error.ts';
import { slotLayout } from '../train/slot-layout.ts';
import { acceptedPlans } from './plan-edits.ts';
import { readRunPlan } from './read-run-plan.ts';
import { runFolderAt } from './run-folder.ts';

/** How far the run of a folder has come. */
export interface RunPosition {
  readonly plan: Plan;
  /** Of the newest checkpoint that verifies; 0 when there is none. */
  readonly step: number;
  readonly skipped: readonly SkippedCheckpoint[];
}

/** Reads a run's plan and verifies its checkpoints, newest first. Throws `RunError` or `PlanError` for what is no run. */
export async function runPosition(path: string): Promise<RunPosition> {
  const folder = runFolderAt(path);
  if (!existsSync(folder.plan)) {
    throw new RunError(`\`${path}\` has no plan.json, so it is no run`, {
      help: 'name a folder that `smol run` has written',
    });
  }
  const plan = readRunPlan(folder);
  const parameters = parameterLayout(plan.model);
  const layout = { parameters, slots: slotLayout(parameters) };
  const { checkpoint, skipped } = await newestCheckpoint(folder.checkpoints, acceptedPlans(folder, plan.hash), layout);
  return { plan, step: checkpoint?.step ?? 0, skipped };
}
