import { formatCount } from '../../report/format-number.ts';
import { defineRow } from '../catalogue-row.ts';
import { sampleDatasets, sampleModel, samplePretrain } from './sample-recipe.ts';

/** What the programs that a plan is written for cannot do, or leave out. `target` is the name of one. */

const header = 'recipe example\nlanguage = 1\ntokenizer = hf("a/tokenizer")\n';
const cluster = (words: string) =>
  `cluster one { nodes = 1, gpus_per_node = 1, gpu = h100_80gb, micro_batch = 8 sequences${words} }\n`;
const bf16 = { precision: 'bf16' };
const withPretrain = (changes: Readonly<Record<string, string>>, model = sampleModel(), words = '') =>
  [
    header,
    sampleDatasets,
    model,
    samplePretrain(['50% web', '50% code'], { ...bf16, ...changes }),
    cluster(words),
  ].join('\n');
const chats = 'dataset chats { source = hf("a/chats"), size = 1000 rows, format = messages("messages") }\n';
const withTuning = (changes: Readonly<Record<string, string>>) => {
  const attributes = {
    data: 'chats',
    from: 'hf("a/model")',
    epochs: '1',
    sequence: '512',
    batch: '8 sequences',
    ...changes,
  };
  const words = Object.entries({ ...attributes, schedule: 'cosine(peak = 1e-4, warmup = 10%)' });
  const sft = `sft {\n${words.map(([name, value]) => `  ${name} = ${value}\n`).join('')}}\n`;
  return [
    header,
    chats,
    sampleModel(),
    sft,
    cluster(', tp = 4').replace('gpus_per_node = 1', 'gpus_per_node = 8'),
  ].join('\n');
};
const toTrl = { wrong: { target: 'trl' }, right: { target: 'trl' } } as const;
const toNanotron = { wrong: { target: 'nanotron' }, right: { target: 'nanotron' } } as const;

export const nothingToExport = defineRow<{ target: string; needs: string; instead: string }>({
  code: 'SM7101',
  severity: 'error',
  message: ({ target, needs }) => `the plan has no ${needs}, which is what ${target} does`,
  help: ({ instead }) => instead,
  explain: {
    title: 'nothing that the target could do',
    why: 'nanotron trains on tokenized text, TRL on rows of messages or preferences. A plan without a phase for the target would be an empty folder.',
    wrong: withTuning({}),
    right: withPretrain({}),
    options: toNanotron,
  },
});

export const scheduleNotExported = defineRow<{ target: string; phase: string; schedule: string; known: string }>({
  code: 'SM7102',
  severity: 'error',
  message: ({ target, phase, schedule }) => `${target} has no schedule \`${schedule}\`, which ${phase} has`,
  help: ({ target, known }) => `${target} can follow ${known}`,
  explain: {
    title: 'a schedule that the target has not',
    why: 'A schedule that is only near the one of the recipe would train another model. What is written gives the rate of the plan at every step, or is refused.',
    wrong: withPretrain({ schedule: 'inverse_sqrt(peak = 1e-3, warmup = 10 steps)' }),
    right: withPretrain({ schedule: 'cosine(peak = 1e-3, warmup = 10 steps)' }),
    options: toNanotron,
  },
});

export const precisionNotExported = defineRow<{ target: string; phase: string; setting: string }>({
  code: 'SM7103',
  severity: 'error',
  message: ({ target, phase }) => `${phase} computes in float32, which the attention kernels of ${target} do not`,
  help: ({ setting }) => `write \`precision = bf16\`, or give \`--set ${setting}\``,
  explain: {
    title: 'float32 for kernels that have none',
    why: 'nanotron attends with FlashAttention, which takes 16-bit numbers only. A configuration with float32 would stop at its first step.',
    wrong: withPretrain({ precision: 'float32' }),
    right: withPretrain({ precision: 'bf16' }),
    options: toNanotron,
  },
});

export const startNotExported = defineRow<{ target: string; phase: string; start: string }>({
  code: 'SM7104',
  severity: 'error',
  message: ({ target, phase, start }) => `${phase} starts from ${start}, which ${target} cannot load`,
  help: ({ target }) =>
    target === 'nanotron'
      ? 'convert it to a checkpoint of nanotron with its own script, and write `from = nanotron("folder")`'
      : 'export it with `smol export`, and write `from = local("folder")`',
  explain: {
    title: 'a start that the target cannot load',
    why: 'Each program has a form of its own for checkpoints. Leaving the start out would train from random weights without a word.',
    wrong: withPretrain({ from: 'hf("a/model")' }),
    right: withPretrain({ from: 'nanotron("checkpoints/1000")' }),
    options: toNanotron,
  },
});

export const decayExcludeNotExported = defineRow<{ phase: string }>({
  code: 'SM7105',
  severity: 'error',
  message: ({ phase }) =>
    `nanotron stops at \`decay_exclude\` of ${phase}: its rule compares a name that models with untied embeddings do not have`,
  help: () => 'decay everything (`decay_exclude = []`), or tie the embeddings',
  explain: {
    title: 'weight decay by group, for untied embeddings',
    why: 'At the commit that is written for, nanotron excludes parameters by names of which one exists for tied parameters only. With untied embeddings it would stop while it builds its optimizer.',
    wrong: withPretrain({ optimizer: 'adamw(decay_exclude = [norms])' }, sampleModel({ tie_embeddings: 'false' })),
    right: withPretrain({ optimizer: 'adamw(decay_exclude = [norms])' }, sampleModel({ tie_embeddings: 'true' })),
    options: toNanotron,
  },
});

export const batchNotExported = defineRow<{
  target: string;
  phase: string;
  sequences: number;
  gpus: number;
  near: readonly number[];
}>({
  code: 'SM7106',
  severity: 'error',
  message: ({ target, phase, sequences, gpus }) =>
    `the batch of ${phase} (${formatCount(sequences)} sequences) cannot be shared by the ${formatCount(gpus)} GPUs of a node in ${target}`,
  help: ({ near }) => `use \`batch = ${near.join(' sequences` or `batch = ')} sequences\``,
  explain: {
    title: 'a batch that GPUs of the target cannot share',
    why: 'GPUs times sequences of a pass times passes is the batch, exactly. A rounded one would train on other tokens than the plan says.',
    wrong: withTuning({ batch: '12 sequences' }),
    right: withTuning({ batch: '16 sequences' }),
    options: toTrl,
  },
});

export const settingLeftOut = defineRow<{ target: string; what: string; instead: string }>({
  code: 'SM7107',
  severity: 'warning',
  message: ({ target, what }) => `in ${target}, ${what}`,
  help: ({ instead }) => instead,
  explain: {
    title: 'a setting that the target cannot honour',
    why: 'The target trains as the plan says but for this. It is named here and in the README.md of what is written, since the two runs may come out differently.',
    wrong: withPretrain({
      on_spike: 'rewind(to = last_checkpoint, skip = 5 steps, over = 6 sigma, window = 20 steps)',
    }),
    right: withPretrain({}),
    options: toNanotron,
  },
});

export const leftToOthers = defineRow<{ target: string; what: string; instead: string }>({
  code: 'SM7108',
  severity: 'note',
  message: ({ target, what }) => `not written for ${target}: ${what}`,
  help: ({ instead }) => instead,
  explain: {
    title: 'a part of the plan that is not for the target',
    why: 'A recipe tells the whole line, a target does a part of it. What is left is named, so that nobody waits for it.',
    wrong: withPretrain({ checkpoint: 'every(100 steps, keep = 2)' }),
    right: withPretrain({ checkpoint: 'every(100 steps)' }),
    options: toNanotron,
  },
});

export const tokenizerIsFile = defineRow<{ target: string; file: string }>({
  code: 'SM7109',
  severity: 'warning',
  message: ({ target, file }) =>
    `${target} loads a tokenizer by its folder or name, but the recipe has the file \`${file}\``,
  help: () =>
    'put a folder `tokenizer` beside what is written, as `smol export` makes one, or write `tokenizer = hf("…")`',
  explain: {
    title: 'a tokenizer in a single file',
    why: 'transformers, by which nanotron and TRL load tokenizers, asks for a folder with tokenizer.json and tokenizer_config.json, or for the name of a repository that has them.',
    wrong: withPretrain({}).replace('hf("a/tokenizer")', 'local("tokenizer.json")'),
    right: withPretrain({}),
    options: toNanotron,
  },
});

export const exportWithoutCluster = defineRow<{ target: string }>({
  code: 'SM7110',
  severity: 'warning',
  message: ({ target }) =>
    `the recipe names no cluster: what is written for ${target} is for one GPU that takes one sequence at a time`,
  help: () =>
    'say on what it runs: `cluster NAME { nodes = 1, gpus_per_node = 8, gpu = h100_80gb, micro_batch = 4 sequences }`',
  explain: {
    title: 'no machines to write for',
    why: 'How a batch is shared by replicas and passes is part of a configuration, and it follows from the cluster. Without one it is written for a single GPU: right, but slow.',
    wrong: withPretrain({}).replace(/^cluster.*\n/m, ''),
    right: withPretrain({}),
    options: toNanotron,
  },
});

export const tuningNotExported = defineRow<{
  target: string;
  phase: string;
  setting: string;
  why: string;
  instead: string;
}>({
  code: 'SM7111',
  severity: 'error',
  message: ({ target, phase, setting, why }) => `${target} cannot do ${setting} of ${phase}: ${why}`,
  help: ({ instead }) => instead,
  explain: {
    title: 'a way of post-training that the target has not',
    why: 'What is trained on, and by which loss, makes the model. A configuration that is near to the recipe would train another one.',
    wrong: withTuning({ loss_on: 'last_turn' }),
    right: withTuning({ loss_on: 'assistant' }),
    options: toTrl,
  },
});
