import type { Diagnostic } from '../../diagnostics/types.ts';
import { stepText } from '../../plan/step-text.ts';
import type { Plan, PlanDataset, PlanSource } from '../../plan/types.ts';
import { formatCount, formatTokens } from '../../report/format-number.ts';
import { leftOutSection } from '../left-out-section.ts';
import type { ExportedParts } from './emit-nanotron.ts';
import { bytesPerToken, datasetFolder, tokenizerName } from './part-config.ts';
import { tokensOf } from './run-part.ts';

/** What the files are, what has to be there before they run, in which order, and what the target does otherwise. */
export function nanotronReadme(plan: Plan, runs: readonly ExportedParts[], diagnostics: readonly Diagnostic[]): string {
  return [
    `# ${plan.recipe} for nanotron`,
    '',
    `Written by smol from plan \`${plan.hash.slice(0, 16)}\`, for nanotron at commit 2411b022 (April 2026).`,
    '',
    ...partSections(runs),
    ...orderSection(plan, runs),
    ...dataSection(plan, runs),
    ...differenceSection(),
    ...leftOutSection(diagnostics),
  ].join('\n');
}

function partSections(runs: readonly ExportedParts[]): readonly string[] {
  return runs.flatMap(({ run, parts, files }) => {
    const total = parts.reduce((sum, part) => sum + tokensOf(part), 0);
    return [
      `## ${run.name}: ${formatCount(run.phase.steps)} steps, ${formatCount(total)} tokens`,
      '',
      '| file | steps | tokens | sequence | sequences a step | rope_theta |',
      '| --- | --- | --- | --- | --- | --- |',
      ...parts.map((part, index) =>
        [
          '',
          `\`${files[index]}\``,
          `${formatCount(part.first_step)} to ${formatCount(part.last_step)}`,
          formatCount(tokensOf(part)),
          formatCount(part.sequence),
          formatCount(part.batch_sequences),
          formatCount(part.rope_theta),
          '',
        ]
          .join(' | ')
          .trim(),
      ),
      '',
    ];
  });
}

function orderSection({ cluster }: Plan, runs: readonly ExportedParts[]): readonly string[] {
  const nodes = cluster === null ? 1 : cluster.nodes;
  const perNode = cluster === null ? 1 : cluster.gpus_per_node;
  return [
    '## Running',
    '',
    `From this folder, one file after the other, on ${formatCount(nodes)} ${nodes === 1 ? 'node' : 'nodes'} of ${formatCount(perNode)} ${perNode === 1 ? 'GPU' : 'GPUs'}:`,
    '',
    '```sh',
    'export CUDA_DEVICE_MAX_CONNECTIONS=1',
    ...runs.flatMap(({ files }) =>
      files.map(
        (file) => `torchrun --nnodes=${nodes} --nproc_per_node=${perNode} NANOTRON/run_train.py --config-file ${file}`,
      ),
    ),
    '```',
    '',
    'Each file starts from the checkpoint that `resume_checkpoint_path` names: the last one of the file before it. Look that it is',
    'there, for nanotron starts anew without an error where it finds none. A file that was interrupted goes on with',
    '`resume_checkpoint_path` set to its `checkpoints_path`.',
    '',
  ];
}

function dataSection(plan: Plan, runs: readonly ExportedParts[]): readonly string[] {
  const used = new Set(runs.flatMap(({ parts }) => parts.flatMap(({ shares }) => shares.map(({ folder }) => folder))));
  const datasets = plan.datasets.filter(({ name }) => used.has(name));
  return [
    '## Data',
    '',
    `Tokenize with \`${tokenizerName(plan)}\` (datatrove's DocumentTokenizer: \`.ds\` files, shuffled, ${bytesPerToken(plan.model)} bytes a token, an end token`,
    'after each document). nanotron reads the files of a folder in the order of their names, from the first, and over again when',
    'they end.',
    '',
    '| folder | source | planned tokens | epochs | before tokenizing |',
    '| --- | --- | --- | --- | --- |',
    ...datasets.map((dataset) => `| \`${datasetFolder(dataset.name)}\` | ${rowOf(dataset)} |`),
    '',
    'The folders may be links or, with another beginning, places of a bucket; `s3` has to be part of each path, since nanotron',
    'asserts it where it counts what is read.',
    '',
  ];
}

function rowOf({ source, planned_tokens: planned, epochs, steps, holdout_rows: holdout }: PlanDataset): string {
  const before = [
    ...steps.map((step) => `\`${stepText(step).replaceAll('|', '\\|')}\``),
    ...(holdout > 0 ? [`keep ${formatCount(holdout)} rows out`] : []),
  ];
  return [sourceWords(source), formatTokens(planned), epochs ?? 'unknown', before.join('; ')].join(' | ');
}

function sourceWords(source: PlanSource): string {
  switch (source.kind) {
    case 'hf': {
      const more = [source.config, source.split, source.revision].filter((word) => word !== null);
      return `\`${[source.repository, ...more].join(', ')}\``;
    }
    case 'local':
      return source.paths.map((path) => `\`${path}\``).join(', ');
    case 'dataset':
      return `dataset \`${source.dataset}\``;
    case 'takes':
      return source.takes.map(({ asked, dataset }) => `take ${asked} ${dataset}`).join(', ');
    case 'generate':
      return `written by \`${source.model}\``;
  }
}

function differenceSection(): readonly string[] {
  return [
    '## What nanotron does otherwise',
    '',
    '- Step s of the first file runs with the learning rate that the plan gives step s - 1 (its optimizer steps before its schedule),',
    "  and each file that resumes is one step further on. The written schedule is the plan's, step for step.",
    '- The data of each file starts a new draw: counts of a dataset are its share of the samples, to the nearest sample.',
    '- A sample is one token longer than the sequence, so that a token of each is read for its label only.',
    '- Its count of parameters is wrong for tied embeddings; the plan has the right one.',
    "- The model trains as nanotron's Qwen2 without biases, which is the Llama architecture, with rotary halves as transformers has them.",
    '- A nanotron that walks through the stages of one file by itself needs only the last file before `rope_theta`, `sequence` or the',
    '  batch changes, with `resume_checkpoint_path` of the first.',
    '',
  ];
}
