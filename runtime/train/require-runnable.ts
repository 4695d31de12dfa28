import type { Plan, PlanPhase } from '../../compiler/plan/index.ts';
import { datasetFiles } from '../data/prepare-dataset.ts';
import { RunError } from './run-error.ts';
import { type RunPhase, runPhases } from './run-phases.ts';

/**
 * The phases to run, in order. Throws before anything starts when the plan asks for what cannot be run yet, whatever the
 * engine: `RunError`, or `DataError` for a dataset whose source or files cannot be read. Nothing that a plan asks for is dropped.
 */
export function requireRunnable(plan: Plan, recipeFolder: string): readonly RunPhase[] {
  const phases = runPhases(plan);
  const [first] = phases;
  if (!first) {
    throw new RunError(`\`${plan.recipe}\` has nothing to run`, { help: 'add a `pretrain` block' });
  }
  for (const { phase } of phases) refuseTuning(phase);
  const [evaluation] = plan.evaluations;
  if (evaluation) {
    throw new RunError(`evaluation \`${evaluation.name}\` can be planned but not run yet`, {
      help: `leave it out to run \`${first.phase.name}\` alone`,
    });
  }
  for (const { phase } of phases) refuseStart(phase);
  const segments = phases.flatMap(({ phase }) => phase.segments);
  const read = new Set(segments.flatMap(({ shares }) => shares.map(({ dataset_id }) => dataset_id)));
  for (const dataset of plan.datasets) {
    if (read.has(dataset.id)) datasetFiles(dataset, recipeFolder);
  }
  return phases;
}

function refuseTuning({ tuning, name, kind }: PlanPhase): void {
  if (tuning === null) return;
  throw new RunError(`phase \`${name}\` (${kind}) can be planned but not run yet`, {
    help: 'a `pretrain` block can be run',
  });
}

/** Weights that cannot be read. */
function refuseStart({ name, from }: PlanPhase): void {
  if (from.kind === 'fresh' || from.kind === 'phase') return;
  throw new RunError(`\`from\` of phase \`${name}\` can be planned but not run yet`, {
    help: `leave it out to run \`${name}\` without it`,
  });
}

/** The run's step to stop after. Throws `RunError` for `--steps` outside the run. */
export function lastStepOf(phases: readonly RunPhase[], steps: number | null): number {
  const all = phases.at(-1)!.end;
  if (steps === null) return all;
  if (Number.isSafeInteger(steps) && steps >= 1 && steps <= all) return steps;
  const of = phases.length === 1 ? `\`${phases[0]!.phase.name}\`` : `the ${phases.length} phases`;
  throw new RunError(`\`--steps ${steps}\` is outside the ${all.toLocaleString('en-US')} steps of ${of}`, {
    help: `give a whole number from 1 to ${all}`,
  });
}
