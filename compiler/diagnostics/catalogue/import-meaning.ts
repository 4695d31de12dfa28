import { formatCount } from '../../report/format-number.ts';
import { defineRow } from '../catalogue-row.ts';
import { sampleNanotron } from './sample-nanotron.ts';

/** What a configuration of nanotron means, and a recipe can say of it or not (SM7220 to SM7229). */

const fromNanotron = { wrong: { importFrom: 'nanotron' }, right: { importFrom: 'nanotron' } } as const;

export const notSayable = defineRow<{ what: string; why: string; help: string | null }>({
  code: 'SM7220',
  severity: 'error',
  message: ({ what, why }) => `${what}: ${why}`,
  help: ({ help }) => help,
  explain: {
    title: 'something that a recipe cannot say',
    why: 'A recipe that is only near the configuration would train another model. What the language has no words for is refused, and nothing is written.',
    wrong: sampleNanotron({ model: { hidden_act: 'gelu' } }),
    right: sampleNanotron({ model: { hidden_act: 'silu' } }),
    options: fromNanotron,
  },
});

export const trainsOtherwise = defineRow<{ what: string; instead: string; help: string | null }>({
  code: 'SM7221',
  severity: 'warning',
  message: ({ what, instead }) => `${what}; the recipe ${instead}`,
  help: ({ help }) => help,
  explain: {
    title: 'a setting that the recipe has otherwise',
    why: 'The recipe says the same run but for this. It is named, since the two runs may come out differently.',
    wrong: sampleNanotron().replace(', scaling_method: NONE', ''),
    right: sampleNanotron(),
    options: fromNanotron,
  },
});

export const valueRefused = defineRow<{ what: string; help: string | null }>({
  code: 'SM7222',
  severity: 'error',
  message: ({ what }) => what,
  help: ({ help }) => help,
  explain: {
    title: 'what nanotron refuses as well',
    why: 'nanotron checks a configuration before it trains: its first data stage starts at step 1, names and starts are there once, each folder has its weight. A file that it refuses has no meaning to take over.',
    wrong: sampleNanotron().replace('start_training_step: 1', 'start_training_step: 0'),
    right: sampleNanotron(),
    options: fromNanotron,
  },
});

export const weightsScaled = defineRow<{ stage: string; sum: string }>({
  code: 'SM7223',
  severity: 'note',
  message: ({ stage, sum }) =>
    `the weights of \`${stage}\` add up to ${sum}: nanotron divides by that, and so does the recipe`,
  help: () => null,
  explain: {
    title: 'weights that do not add up to 1',
    why: 'nanotron divides weights by their sum without a word. The shares of a recipe add up to 100%, so they are written divided, exactly.',
    wrong: sampleNanotron({
      data: { hf_dataset_or_datasets: '', dataset_folder: '[data/web, data/code]', dataset_weights: '[3, 1]' },
    }),
    right: sampleNanotron({
      data: { hf_dataset_or_datasets: '', dataset_folder: '[data/web, data/code]', dataset_weights: '[0.75, 0.25]' },
    }),
    options: fromNanotron,
  },
});

export const textUnknown = defineRow<{
  datasets: readonly string[];
  places: readonly string[];
  kind: 'folder' | 'rows' | 'random';
}>({
  code: 'SM7224',
  severity: 'warning',
  message: ({ datasets, kind }) =>
    ({
      folder: `nanotron reads tokenized files, and smol reads text: the source of ${listed(datasets)} is to be filled in`,
      rows: `nanotron loads ${listed(datasets)} from a path of its machine: the source is to be filled in`,
      random: `nanotron trains ${listed(datasets)} on random tokens: the recipe names text instead`,
    })[kind],
  help: ({ places, kind }) =>
    `put ${kind === 'folder' ? 'the text that they were made of' : 'text'} at ${listed(places)}, or write \`source = hf("owner/name")\`; \`size = … tokens\` gives epochs`,
  explain: {
    title: 'a dataset whose text is to be named',
    why: 'A configuration names folders of files that were tokenized before. A recipe names the text itself, which the configuration does not know; so the source in the recipe is a place to fill, not a fact.',
    wrong: sampleNanotron({ data: { hf_dataset_or_datasets: '', dataset_folder: 'data/web' } }),
    right: sampleNanotron({ data: { hf_dataset_or_datasets: 'owner/web' } }),
    options: fromNanotron,
  },
});

export const defaultWritten = defineRow<{
  values: readonly { readonly key: string; readonly value: string }[];
  why: string | null;
}>({
  code: 'SM7225',
  severity: 'note',
  message: ({ values }) =>
    `not given, so nanotron's default is written: ${values.map(({ key, value }) => `\`${key}\` = ${value}`).join(', ')}`,
  notes: ({ why }) => (why === null ? [] : [why]),
  help: () => null,
  explain: {
    title: 'a default of nanotron',
    why: 'What a configuration leaves out has the default of nanotron, which is not that of a recipe: without `min_decay_lr`, for one, the learning rate never decays. So the recipe states it.',
    wrong: sampleNanotron({ model: { rms_norm_eps: '' } }),
    right: sampleNanotron({ model: { rms_norm_eps: '1.0e-06' } }),
    options: fromNanotron,
  },
});

export const scheduleCut = defineRow<{ last: number; end: number; rate: string; wanted: string; whenOmitted: boolean }>(
  {
    code: 'SM7226',
    severity: 'warning',
    message: ({ last, end, rate, wanted }) =>
      `the decay would last until step ${formatCount(end)}, but training ends at ${formatCount(last)}: its last rate is ${rate}, not ${wanted}`,
    notes: ({ whenOmitted }) =>
      whenOmitted
        ? ['without `lr_decay_steps`, nanotron takes `train_steps` - `lr_warmup_steps`, whatever the start is']
        : [],
    help: () => 'the recipe ends there as nanotron would; a decay to the end is `decay = … steps` without `to`',
    explain: {
      title: 'a decay that the end of training cuts off',
      why: 'nanotron computes the rate of a decay from its own length, and does not mind that training ends before. A linear decay that is cut is a linear decay to a higher end, which the recipe says exactly.',
      wrong: sampleNanotron({ schedule: { lr_decay_steps: '400' } }),
      right: sampleNanotron({ schedule: { lr_decay_steps: '200' } }),
      options: fromNanotron,
    },
  },
);

export const resumes = defineRow<{ path: string }>({
  code: 'SM7227',
  severity: 'warning',
  message: ({ path }) => `the file goes on from the checkpoint \`${path}\`, which another file trained`,
  notes: () => ['the recipe has all its steps, with the batch, RoPE theta and schedule of this file'],
  help: () => 'give the files of the run together: `smol import 1.yaml 2.yaml …`',
  explain: {
    title: 'a file that goes on with the run of another',
    why: 'nanotron continues a run with a file that repeats its earlier stages. What batch and RoPE theta they were trained with stands in the earlier file only.',
    wrong: sampleNanotron().replace('interval: 100', 'interval: 100, resume_checkpoint_path: checkpoints/500'),
    right: sampleNanotron(),
    options: fromNanotron,
  },
});

export const partsDiffer = defineRow<{ key: string; here: string; there: string; file: string }>({
  code: 'SM7228',
  severity: 'error',
  message: ({ key, here, there, file }) =>
    `\`${key}\` is ${here} here and ${there} in \`${file}\`: these are not files of one run`,
  help: () => 'one phase of a recipe has one value of it: import them one by one',
  explain: {
    title: 'files of different runs',
    why: 'Several files given together are the parts of one run, each trained up to its `train_steps`. Batch, sequence, RoPE theta and data may change from part to part; what else differs would be another phase.',
    wrong: resumed({
      tokens: { train_steps: '2000' },
      optimizer: { weight_decay: '0.1' },
      schedule: { lr_decay_starting_step: '1800' },
    }),
    right: resumed({ tokens: { train_steps: '2000' }, schedule: { lr_decay_starting_step: '1800' } }),
    options: fromNanotron,
    files: { '1.yaml': sampleNanotron({ schedule: { lr_decay_starting_step: '1800' } }) },
  },
});

/** The sample as the file that goes on where `1.yaml` ends. */
function resumed(sections: Parameters<typeof sampleNanotron>[0]): string {
  return sampleNanotron(sections).replace('interval: 100', 'interval: 100, resume_checkpoint_path: checkpoints/1000');
}

/** Names that are many: the recipe has them all. */
const mostListed = 4;

function listed(names: readonly string[]): string {
  const shown = names.length > mostListed ? names.slice(0, mostListed - 1) : names;
  const quoted = shown.map((name) => `\`${name}\``);
  const last = shown.length < names.length ? `${names.length - shown.length} more` : quoted.pop()!;
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`;
}
