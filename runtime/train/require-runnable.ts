import type { Plan, PlanPhase } from '../../compiler/plan/index.ts';
import { datasetFiles, requireSteps } from '../data/dataset-files.ts';
import { requireReadable } from '../data/rows/dataset-contents.ts';
import { requireRunTasks } from '../evaluate/task/run-tasks.ts';
import { RunError } from './run-error.ts';
import { type RunPhase, runPhases } from './run-phases.ts';

/**
 * The phases to run, in order: all, or those up to the one that was asked for by name. Throws before anything starts when the
 * plan asks for what cannot be run yet, whatever the engine: `RunError`, or `DataError` for a dataset whose source or files
 * cannot be read. Nothing that a plan asks for is dropped.
 */
export function requireRunnable(plan: Plan, recipeFolder: string, last: string | null = null): readonly RunPhase[] {
  const phases = phasesThrough(runPhases(plan), last);
  const [first] = phases;
  if (!first) {
    throw new RunError(`\`${plan.recipe}\` has nothing to run`, { help: 'add a `pretrain` block' });
  }
  requireRunTasks(evaluationsOf(plan, phases), recipeFolder);
  for (const { phase } of phases) refuseStart(phase);
  const read = (isTuning: boolean) => {
    const segments = phases.flatMap(({ phase }) => ((phase.tuning !== null) === isTuning ? phase.segments : []));
    return new Set(segments.flatMap(({ shares }) => shares.map(({ dataset_id }) => dataset_id)));
  };
  const [asText, asRows] = [read(false), read(true)];
  for (const dataset of plan.datasets) {
    if (asText.has(dataset.id)) {
      requireSteps(dataset, plan.datasets, recipeFolder);
      datasetFiles(dataset, plan.datasets, recipeFolder, null);
    }
    if (asRows.has(dataset.id)) requireReadable(dataset, plan, recipeFolder);
  }
  return phases;
}

/** The phases up to the one of a name. Throws `RunError` for a name that none has. */
function phasesThrough(phases: readonly RunPhase[], last: string | null): readonly RunPhase[] {
  if (last === null) return phases;
  const index = phases.findIndex(({ phase }) => phase.name === last);
  if (index >= 0) return phases.slice(0, index + 1);
  const known = phases.map(({ phase }) => `\`${phase.name}\``).join(', ');
  throw new RunError(`\`--phase ${last}\` is no phase of the recipe`, { help: `it has ${known}` });
}

/** The evaluations with a point in these phases. */
export function evaluationsOf({ evaluations }: Plan, phases: readonly RunPhase[]): Pick<Plan, 'evaluations'> {
  const isRun = (name: string) => phases.some(({ phase }) => phase.name === name);
  return { evaluations: evaluations.filter(({ points }) => points.some(({ phase }) => isRun(phase))) };
}

/** What a run up to a phase leaves out, in words; null when that is nothing. */
export function leftOut(plan: Plan, last: string): string | null {
  const { phases, evaluations } = plan;
  const index = phases.findIndex(({ name }) => name === last);
  const run = evaluationsOf(plan, runPhases(plan).slice(0, index + 1)).evaluations;
  const names = [
    ...phases.slice(index + 1).map(({ name }) => `phase \`${name}\``),
    ...evaluations.filter((each) => !run.includes(each)).map(({ name }) => `evaluation \`${name}\``),
  ];
  return names.length === 0 ? null : `\`--phase ${last}\` leaves out ${names.join(', ')}`;
}

/** Refuses to begin a later phase in a run that has not come to it: `done` is the run's step. */
export function requireReached(phases: readonly RunPhase[], last: string | null, done: number): void {
  const asked = phases.at(-1)!;
  if (last === null || done >= asked.before) return;
  const before = phases[asked.index - 1]!.phase.name;
  throw new RunError(`phase \`${last}\` begins after step ${asked.before} of the run, which has done ${done}`, {
    help: `first train \`--phase ${before}\`, then go on with \`--resume --phase ${last}\``,
  });
}

/** Weights that cannot be read. */
function refuseStart({ name, from }: PlanPhase): void {
  if (from.kind !== 'nanotron') return;
  throw new RunError(`phase \`${name}\` starts from nanotron("${from.path}"), which can be planned but not read`, {
    help: 'convert it to a Hugging Face folder (nanotron has a script for it in `examples/llama`), and write `from = local("…")`',
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
