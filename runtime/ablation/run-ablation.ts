import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Plan, type PlanAblation, printPlan } from '../../compiler/plan/index.ts';
import { writeFileDurably } from '../run-folder/durable-file.ts';
import type { RunEngine } from '../train/run-engine.ts';
import { RunError } from '../train/run-error.ts';
import type { RunOptions } from '../train/run-options.ts';
import { runPlan } from '../train/run-plan.ts';
import { type AblationReport, type ArmOutcome, ablationReport } from './ablation-report.ts';
import { armPlan } from './arm-plan.ts';
import { loadArmStart, runOfAblation } from './arm-start.ts';

/** What an ablation needs besides an engine; `runFolder` is that of the recipe's run, or of the ablation without one. */
export interface AblationOptions
  extends Pick<
    RunOptions,
    'plan' | 'recipeFolder' | 'runFolder' | 'runsFolder' | 'cacheFolder' | 'version' | 'observe' | 'interrupted'
  > {
  readonly ablation: string;
  /** The one arm to run; null for all. */
  readonly arm: string | null;
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
 * one that was begun goes on. Then compares what they have by the ablation's evaluations. An arm that is interrupted or stopped
 * ends the ablation.
 * Throws what `runPlan` throws, and RunError when arms that were begun are not those of the plan.
 */
export async function runAblation(options: AblationOptions, engine: RunEngine): Promise<AblationReport> {
  const { plan, runsFolder } = options;
  const ablation = findAblation(plan, options.ablation, options.arm);
  const run = ablation.from.kind === 'phase' ? runOfAblation(plan, options) : null;
  const alone = options.runFolder ?? join(runsFolder, `${plan.recipe}-${ablation.name}`);
  const folder = run === null ? alone : join(run, 'ablations', ablation.name);
  const start = await loadArmStart(plan, ablation, run);
  await recordArms(folder, ablation);
  const outcomes: ArmOutcome[] = [];
  for (const arm of ablation.arms) {
    const armFolder = join(folder, arm.name);
    if (options.arm !== null && arm.name !== options.arm) continue;
    const own = armPlan(plan, ablation, arm);
    options.observe({ kind: 'note', message: `arm \`${arm.name}\` of ablation \`${ablation.name}\`` });
    const resume = existsSync(join(armFolder, 'plan.json'));
    const places = { runFolder: armFolder, resume, steps: null };
    const report = await runPlan({ ...options, ...places, plan: own, planText: printPlan(own), start }, engine);
    outcomes.push({ arm: arm.name, ended: report.ended });
    if (report.ended !== 'finished') break;
  }
  return ablationReport(ablation, folder, outcomes);
}

/** What the arms compute, their start included: a folder holds those of one ablation. */
async function recordArms(folder: string, { arms, name }: PlanAblation): Promise<void> {
  const path = join(folder, 'ablation.json');
  const hashes = Object.fromEntries(arms.map((arm) => [arm.name, arm.hash]));
  const record = `${JSON.stringify({ format: 1, ablation: name, arms: hashes }, null, 2)}\n`;
  if (existsSync(path)) {
    if (readFileSync(path, 'utf8') === record) return;
    throw new RunError(`\`${folder}\` holds arms of ablation \`${name}\` that compute something else`, {
      help: 'the recipe has changed since: bring it back, or move the folder away to compare anew',
    });
  }
  mkdirSync(folder, { recursive: true });
  await writeFileDurably(path, record);
}
