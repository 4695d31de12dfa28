import { chatmlTemplate } from '../../plan/chatml-template.ts';
import type { Plan, PlanTuning } from '../../plan/types.ts';
import { formatCount } from '../../report/format-number.ts';
import { configYaml } from '../config-yaml.ts';
import type { Emission } from '../emission.ts';
import type { EmitPlace } from '../emit-place.ts';
import type { EmittedFile } from '../emitted-file.ts';
import { checkTrl } from './check-trl.ts';
import { dataSources } from './data-sources.ts';
import { prepareScript } from './prepare-script.ts';
import { trlReadme } from './trl-readme.ts';
import { tunedConfig } from './tuned-config.ts';
import { type TunedRun, tunedRuns } from './tuned-run.ts';

/**
 * Target `trl`: a YAML for each phase of post-training, for `trl sft --config` and `trl dpo --config` of TRL 0.24, its chat
 * template, a program that makes the data, and a README.md.
 */
export function emitTrl(plan: Plan, { recipeFolder, spanOf }: EmitPlace): Emission {
  const diagnostics = checkTrl(plan, spanOf);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { files: [], diagnostics };
  const runs = tunedRuns(plan);
  const prepared = runs.map((run) => ({
    name: run.name,
    kind: run.phase.kind,
    mixture: dataSources(plan, run, recipeFolder),
  }));
  return {
    files: [
      ...runs.flatMap((run): readonly EmittedFile[] => [
        { path: `${run.name}.yaml`, text: configYaml(headOf(plan, run), tunedConfig(plan, run, recipeFolder)) },
        ...templateFile(run),
      ]),
      { path: 'prepare.py', text: prepareScript(prepared, plan.seed) },
      { path: 'README.md', text: trlReadme(plan, runs, diagnostics) },
    ],
    diagnostics,
  };
}

function headOf(plan: Plan, { name, phase }: TunedRun): readonly string[] {
  const { steps, tuning, kind } = phase;
  const size = `${formatCount(steps)} steps of ${formatCount(tuning.batch_sequences)} ${kind === 'dpo' ? 'pairs' : 'rows'}`;
  return [
    `${plan.recipe}, ${name}: ${size}, plan ${plan.hash.slice(0, 8)}.`,
    'For TRL 0.24 with transformers 4.56. README.md says what to prepare and what is left out.',
  ];
}

function templateFile({ name, phase }: TunedRun): readonly EmittedFile[] {
  const text = phase.kind === 'sft' ? templateOf(phase.tuning.chat) : null;
  return text === null ? [] : [{ path: `${name}.jinja`, text }];
}

function templateOf(chat: PlanTuning['chat']): string | null {
  if (chat.kind === 'from_tokenizer') return null;
  return chat.kind === 'jinja' ? chat.template : chatmlTemplate(chat.system, { marksAnswers: true });
}
