import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Plan, type PlanAblation, printPlan } from '../../compiler/plan/index.ts';
import type { RunEngine } from '../train/run-engine.ts';
import { RunError } from '../train/run-error.ts';
import type { RunObserver } from '../train/run-event.ts';
import type { RunOptions } from '../train/run-options.ts';
import { runPlan } from '../train/run-plan.ts';
import type { RunReport } from '../train/run-report.ts';
import { recordArms } from './ablation-record.ts';
import { type AblationReport, ablationReport } from './ablation-report.ts';
import { armPlan } from './arm-plan.ts';
import { type ArmStart, loadArmStart } from './arm-start.ts';
import { type StartingRun, trainStart } from './train-start.ts';

/** What an ablation needs besides an engine; `runFolder` is that of the recipe's run, or of the ablation without one. */
export interface AblationOptions
  extends Pick<
    RunOptions,
    | 'plan'
    | 'planText'
    | 'recipeFolder'
    | 'runFolder'
    | 'runsFolder'
    | 'cacheFolder'
    | 'version'
    | 'lock'
    | 'interrupted'
  > {
  /** Who is told of each run that is trained: `arm` is null for the one up to the arms' start. */
  readonly observerOf: (run: ObservedRun) => RunObserver;
  readonly ablation: string;
  /** The one arm to run; null for all. */
  readonly arm: string | null;
}

/** A run that an ablation trains, for those who watch it. */
export interface ObservedRun {
  readonly arm: string | null;
  /** Of the arms, from 1. */
  readonly number: number;
  readonly of: number;
  readonly plan: Plan;
}

/** The ablation of a name, and the arm. Throws RunError for names that the plan does not have. */
export function findAblation(plan: Plan, name: string, arm: string | null): PlanAblation {
  const known = (names: readonly string[]) => names.map((each) => `\`${each}\``).join(', ') || 'none';
  const found = plan.ablations.find((each) => each.name === name);
  if (!found) {
    const has = known(plan.ablations.map((each) => each.name));
    throw new RunError(`\`--ablation ${name}\` is no ablation of the recipe`, { help: `it has ${has}` });
  }
  if (arm !== null && !found.arms.some((each) => each.name === arm)) {
    const has = known(found.arms.map((each) => each.name));
    throw new RunError(`\`--arm ${arm}\` is no arm of ablation \`${name}\``, { help: `it has ${has}` });
  }
  return found;
}

/**
 * Runs the arms of an ablation one after the other, each in a folder of its own, from the same weights and place in the data;
 * one that was begun goes on. A start in the recipe's run is trained first where it is not there. Then compares what the arms
 * have by the ablation's evaluations. A run that is interrupted or stopped ends the ablation.
 * Throws what `runPlan` throws, and RunError when arms that were begun are not those of the plan.
 */
export async function runAblation(options: AblationOptions, engine: RunEngine): Promise<AblationReport> {
  const { plan, runsFolder } = options;
  const ablation = findAblation(plan, options.ablation, options.arm);
  const started = ablation.from.kind === 'phase' ? await startOf(options, ablation.from, engine) : null;
  const alone = options.runFolder ?? join(runsFolder, `${plan.recipe}-${ablation.name}`);
  const folder = started === null ? alone : join(started.folder, 'ablations', ablation.name);
  if (started !== null && started.ended !== 'finished') return ablationReport(ablation, folder, started.ended);
  const start = await loadArmStart(plan, ablation, started?.folder ?? null);
  await recordArms(folder, ablation);
  const ended = await runArms(options, { ablation, folder, start }, engine);
  return ablationReport(ablation, folder, ended);
}

/** A run that both the arms and their start are made of. */
function runOptions(options: AblationOptions, watched: ObservedRun): RunOptions {
  const { ablation: _, arm: __, observerOf, ...common } = options;
  return { ...common, resume: false, steps: null, observe: observerOf(watched) };
}

function startOf(
  options: AblationOptions,
  from: Extract<PlanAblation['from'], { kind: 'phase' }>,
  engine: RunEngine,
): Promise<StartingRun> {
  const { plan } = options;
  return trainStart(runOptions(options, { arm: null, number: 0, of: 0, plan }), from, engine);
}

async function runArms(
  options: AblationOptions,
  { ablation, folder, start }: { ablation: PlanAblation; folder: string; start: ArmStart },
  engine: RunEngine,
): Promise<RunReport['ended']> {
  const { arms } = ablation;
  for (const [i, arm] of arms.entries()) {
    if (options.arm !== null && arm.name !== options.arm) continue;
    const runFolder = join(folder, arm.name);
    const plan = armPlan(options.plan, ablation, arm);
    const common = runOptions(options, { arm: arm.name, number: i + 1, of: arms.length, plan });
    const resume = existsSync(join(runFolder, 'plan.json'));
    const lock = common.lock ? { ...common.lock, isPartial: true } : null;
    const own = { runFolder, resume, plan, planText: printPlan(plan), start, lock };
    const { ended } = await runPlan({ ...common, ...own }, engine);
    if (ended !== 'finished') return ended;
  }
  return 'finished';
}
