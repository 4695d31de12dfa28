import type { Plan, PlanPhase } from '../../compiler/plan/index.ts';
import { datasetFiles } from '../data/prepare-dataset.ts';
import { RunError } from './run-error.ts';

/**
 * The phase to run. Throws before anything starts when the plan asks for what cannot be run yet, whatever the engine:
 * `RunError`, or `DataError` for a dataset whose source or files cannot be read. Nothing that a plan asks for is dropped.
 */
export function requireRunnable(plan: Plan, recipeFolder: string): PlanPhase {
  const [phase, second] = plan.phases;
  if (!phase) {
    throw new RunError(`\`${plan.recipe}\` has nothing to run`, { help: 'add a `pretrain` block' });
  }
  if (second) {
    throw new RunError(`phase \`${second.name}\` can be planned but not run yet`, {
      help: `leave it out to run \`${phase.name}\` alone`,
    });
  }
  const read = new Set(phase.segments.flatMap(({ shares }) => shares.map(({ dataset_id }) => dataset_id)));
  for (const dataset of plan.datasets) {
    if (read.has(dataset.id)) datasetFiles(dataset, recipeFolder);
  }
  return phase;
}

/** The step to stop after. Throws `RunError` for `--steps` outside the phase. */
export function lastStepOf(phase: PlanPhase, steps: number | null): number {
  if (steps === null) return phase.steps;
  if (Number.isSafeInteger(steps) && steps >= 1 && steps <= phase.steps) return steps;
  throw new RunError(
    `\`--steps ${steps}\` is outside the ${phase.steps.toLocaleString('en-US')} steps of \`${phase.name}\``,
    {
      help: `give a whole number from 1 to ${phase.steps}`,
    },
  );
}
