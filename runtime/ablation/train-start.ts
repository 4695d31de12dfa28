import { existsSync } from 'node:fs';
import type { Plan, PlanAblation } from '../../compiler/plan/index.ts';
import { listCheckpoints } from '../checkpoint/checkpoint-folder.ts';
import { recordedPlan } from '../run-folder/find-run.ts';
import { listRunFolders, runFolderAt } from '../run-folder/run-folder.ts';
import type { RunEngine } from '../train/run-engine.ts';
import { RunError } from '../train/run-error.ts';
import type { RunOptions } from '../train/run-options.ts';
import { runPhases } from '../train/run-phases.ts';
import { runPlan } from '../train/run-plan.ts';
import type { RunReport } from '../train/run-report.ts';

/** The recipe's run that arms start from. */
export interface StartingRun {
  /** Absolute. */
  readonly folder: string;
  /** Of the training up to the start, where there was some; else `finished`. */
  readonly ended: RunReport['ended'];
}

/** The step that arms of an ablation start from: of the run, and of the phase that it is `within`. */
export function startingPlace(
  plan: Plan,
  from: Extract<PlanAblation['from'], { kind: 'phase' }>,
): { readonly step: number; readonly within: number } {
  const { phase, before } = runPhases(plan).find((each) => each.phase.name === from.phase)!;
  const within = from.step ?? phase.steps;
  return { step: before + within, within };
}

/**
 * The recipe's run, with a checkpoint of the step that the arms start from: one that has not come so far goes on up to it, and
 * where there is none a new one is trained up to it, its later phases left alone. Throws what `runPlan` throws, and RunError where
 * `runFolder` holds a run of another plan.
 */
export async function trainStart(
  options: RunOptions,
  from: Extract<PlanAblation['from'], { kind: 'phase' }>,
  engine: RunEngine,
): Promise<StartingRun> {
  const { plan } = options;
  const { step } = startingPlace(plan, from);
  let folder = findStartingRun(options);
  if (folder !== null && listCheckpoints(runFolderAt(folder).checkpoints).some((each) => each >= step)) {
    return { folder, ended: 'finished' };
  }
  options.observe({ kind: 'note', message: `the arms start from step ${step}: the run is trained up to it first` });
  for (const { phase, end } of runPhases(plan)) {
    const [done = 0] = folder === null ? [] : listCheckpoints(runFolderAt(folder).checkpoints);
    if (done >= end) continue;
    const report = await runPlan(
      {
        ...options,
        runFolder: folder ?? options.runFolder,
        resume: folder !== null,
        phase: phase.name,
        steps: Math.min(step, end),
      },
      engine,
    );
    folder = report.folder;
    if (report.ended !== 'finished' || end >= step) return { folder, ended: report.ended };
  }
  throw new RangeError(`no phase holds step ${step}`);
}

/** The newest run of exactly this plan; null without one. */
function findStartingRun({ plan, runFolder, runsFolder }: RunOptions): string | null {
  const folders = runFolder === null ? listRunFolders(runsFolder, plan.recipe) : [runFolderAt(runFolder)];
  const started = folders.filter((folder) => existsSync(folder.plan));
  const found = started.find((folder) => recordedPlan(folder)?.hash === plan.hash);
  if (found || runFolder === null || started.length === 0) return found?.path ?? null;
  throw new RunError(`\`${runFolder}\` is a run of another plan, not of this recipe's`, {
    help: 'leave `--run-dir` out to start from a new run, or name the folder of a run of this recipe',
  });
}
