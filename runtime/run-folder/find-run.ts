import { existsSync } from 'node:fs';
import type { Plan } from '../../compiler/plan/index.ts';
import { RunError } from '../train/run-error.ts';
import { readRunPlan } from './read-run-plan.ts';
import { listRunFolders, type RunFolder, runFolderAt } from './run-folder.ts';

/** Where a run to go on with may be: in the folder that was asked for, or among those of the recipe's name. */
export interface RunPlaces {
  readonly plan: Plan;
  readonly runFolder: string | null;
  readonly runsFolder: string;
}

/** The run that a plan goes on with, and the plan that it has. */
export interface FoundRun {
  readonly folder: string;
  readonly plan: Plan;
}

/**
 * The newest run of this plan; else the newest with this profile and these settings, which an edited recipe continues; else
 * the newest. Throws `RunError` when there is none, `PlanError` when no plan can be read.
 */
export function findRun(places: RunPlaces): FoundRun {
  const started = startedRuns(places);
  const readable = started.flatMap((folder) => {
    const plan = recordedPlan(folder);
    return plan === null ? [] : [{ folder: folder.path, plan }];
  });
  const how = ({ profile, settings }: Plan) => JSON.stringify([profile, settings]);
  const found =
    readable.find(({ plan }) => plan.hash === places.plan.hash) ??
    readable.find(({ plan }) => how(plan) === how(places.plan)) ??
    readable[0];
  return found ?? { folder: started[0]!.path, plan: readRunPlan(started[0]!) };
}

/** Folders in which a run was started, newest first, at least one. Throws `RunError` when there is none. */
export function startedRuns({ plan, runFolder, runsFolder }: RunPlaces): readonly RunFolder[] {
  const candidates = runFolder === null ? listRunFolders(runsFolder, plan.recipe) : [runFolderAt(runFolder)];
  const started = candidates.filter((folder) => existsSync(folder.plan));
  if (started.length > 0) return started;
  throw new RunError(`there is no run to resume in \`${runFolder ?? `${runsFolder}/${plan.recipe}`}\``, {
    help: 'start it without `--resume`, or name its folder with `--run-dir`',
  });
}

/** null for a plan that cannot be read: one damaged folder must not stand in the way of another. */
export function recordedPlan(folder: RunFolder): Plan | null {
  try {
    return readRunPlan(folder);
  } catch {
    return null;
  }
}
