import type { Diagnostic } from '../../diagnostics/types.ts';
import type { Plan } from '../../plan/types.ts';
import { formatCount } from '../../report/format-number.ts';
import { leftOutSection } from '../left-out-section.ts';
import { tuningGpus } from './split-rows.ts';
import type { TunedRun } from './tuned-run.ts';

/** What the files are, what has to be there before they run, in which order, and what the target does otherwise. */
export function trlReadme(plan: Plan, runs: readonly TunedRun[], diagnostics: readonly Diagnostic[]): string {
  const gpus = tuningGpus(plan.cluster);
  const launch = gpus === 1 ? '' : ` --num_processes ${gpus}`;
  return [
    `# ${plan.recipe} for TRL`,
    '',
    `Written by smol from plan \`${plan.hash.slice(0, 16)}\`, for TRL 0.24 with transformers 4.56.`,
    '',
    '| file | trains | steps | rows a step |',
    '| --- | --- | --- | --- |',
    ...runs.map(({ name, phase }) => {
      const { kind, steps, tuning } = phase;
      return `| \`${name}.yaml\` | ${kind} | ${formatCount(steps)} | ${formatCount(tuning.batch_sequences)} |`;
    }),
    '',
    '## Running',
    '',
    `From this folder, in this order, on ${gpus === 1 ? 'one GPU' : `a node of ${gpus} GPUs`}:`,
    '',
    '```sh',
    ...startCommands(runs),
    'python prepare.py',
    ...runs.map(({ name, phase }) => `trl ${phase.kind} --config ${name}.yaml${launch}`),
    '```',
    '',
    '## What TRL does otherwise',
    '',
    "- The Trainer does step s with the learning rate that the plan gives step s - 1. The written schedule is the plan's.",
    '- Which rows a take keeps, and the order of rows, follow from the seed by other rules.',
    "- Steps are the plan's (`max_steps`); the Trainer reads the rows again where they end before.",
    '- It divides the loss by its own count of tokens, that of transformers.',
    '',
    ...leftOutSection(diagnostics),
  ].join('\n');
}

/** Models that have to be exported from a run of smol first. */
function startCommands(runs: readonly TunedRun[]): readonly string[] {
  const own = new Set(runs.map(({ name }) => name));
  const starts = runs.flatMap(({ phase: { from } }) =>
    from.kind === 'phase' && !(own.has(from.phase) && from.step === null) ? [from] : [],
  );
  const commands = starts.map(({ phase, step }) =>
    step === null
      ? `smol export RUN -o models/${phase}   # the model at the end of phase ${phase}: name its checkpoint`
      : `smol export RUN --step ${step} -o models/${phase}-step-${step}`,
  );
  return [...new Set(commands)];
}
