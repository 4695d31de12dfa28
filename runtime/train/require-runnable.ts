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
  if (phase.tuning !== null) {
    throw new RunError(`phase \`${phase.name}\` (${phase.kind}) can be planned but not run yet`, {
      help: 'a `pretrain` block can be run',
    });
  }
  if (second) {
    throw new RunError(`phase \`${second.name}\` can be planned but not run yet`, {
      help: `leave it out to run \`${phase.name}\` alone`,
    });
  }
  const [evaluation] = plan.evaluations;
  if (evaluation) {
    throw new RunError(`evaluation \`${evaluation.name}\` can be planned but not run yet`, {
      help: `leave it out to run \`${phase.name}\` alone`,
    });
  }
  refuseSettings(phase);
  const read = new Set(phase.segments.flatMap(({ shares }) => shares.map(({ dataset_id }) => dataset_id)));
  for (const dataset of plan.datasets) {
    if (read.has(dataset.id)) datasetFiles(dataset, recipeFolder);
  }
  return phase;
}

/** Settings of a phase that would change what is computed, or that cannot be followed. */
function refuseSettings({ name, from, on_spike }: PlanPhase): void {
  const help = `leave it out to run \`${name}\` without it`;
  if (from.kind !== 'fresh')
    throw new RunError(`\`from\` of phase \`${name}\` can be planned but not run yet`, { help });
  if (on_spike !== null) {
    throw new RunError(`\`on_spike\` of phase \`${name}\` can be planned but not run yet`, { help });
  }
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
