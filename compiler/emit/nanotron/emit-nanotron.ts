import { isPretrain } from '../../plan/is-pretrain.ts';
import type { Plan } from '../../plan/types.ts';
import { formatCount } from '../../report/format-number.ts';
import { configYaml } from '../config-yaml.ts';
import type { Emission } from '../emission.ts';
import type { EmitPlace } from '../emit-place.ts';
import type { EmittedFile } from '../emitted-file.ts';
import { type ExportedRun, exportedRuns } from '../exported-run.ts';
import { checkNanotron } from './check-nanotron.ts';
import { nanotronReadme } from './nanotron-readme.ts';
import { partConfig } from './part-config.ts';
import { type RunPart, runParts } from './run-part.ts';

/** A run with its parts and the file of each, relative to the output folder. */
export interface ExportedParts {
  readonly run: ExportedRun;
  readonly parts: readonly RunPart[];
  readonly files: readonly string[];
}

/**
 * Target `nanotron`: a YAML for each part of pretraining, in the order in which they run, and a README.md. At the commit that
 * they are for (2411b022) a file trains its last data stage, from the checkpoint at the step before it, and everything but the
 * data has one value in a file; so each stage has its own, which repeats the earlier ones.
 */
export function emitNanotron(plan: Plan, place: EmitPlace): Emission {
  const diagnostics = checkNanotron(plan, place.spanOf);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { files: [], diagnostics };
  const runs = exportedRuns(plan, isPretrain).map((run): ExportedParts => {
    const parts = runParts(run.phase, plan.datasets);
    const digits = String(parts.length).length;
    const files = parts.map(({ name }, index) => `${run.name}/${String(index + 1).padStart(digits, '0')}-${name}.yaml`);
    return { run, parts, files };
  });
  const configs = runs.flatMap(({ run, parts, files }) =>
    parts.map((part, index): EmittedFile => {
      const text = configYaml(headOf(plan, run, part), partConfig(plan, { run, parts, index }, place));
      return { path: files[index]!, text };
    }),
  );
  return { files: [...configs, { path: 'README.md', text: nanotronReadme(plan, runs, diagnostics) }], diagnostics };
}

function headOf(plan: Plan, { name }: ExportedRun, part: RunPart): readonly string[] {
  const steps = `steps ${formatCount(part.first_step)} to ${formatCount(part.last_step)}`;
  return [
    `${plan.recipe}, ${name}, ${part.name}: ${steps}, plan ${plan.hash.slice(0, 8)}.`,
    'For nanotron at 2411b022. README.md beside it says what to prepare and what is left out.',
  ];
}
