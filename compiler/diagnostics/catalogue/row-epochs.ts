import { formatEpochs } from '../../report/format-number.ts';
import { defineRow } from '../catalogue-row.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Rules for the end of datasets that post-training reads in rows (SM6110, SM6111). */

const withChats = (attributes: string, length: string) =>
  `${[
    sampleRecipe(samplePretrain(['50% web', '50% code'])),
    `dataset chats { source = local("chats/*.jsonl"), size = 10_000 rows\n  ${attributes} }`,
    `sft { data = chats, ${length}\n  schedule = cosine(peak = 1e-4, warmup = 10%) }`,
  ].join('\n')}\n`;

export const rowsRepeated = defineRow<{ dataset: string; phase: string; epochs: number; limit: number }>({
  code: 'SM6110',
  severity: 'error',
  message: ({ dataset, phase, epochs, limit }) =>
    `\`${dataset}\` ${limit === 1 ? 'may not be repeated' : `may be read ${limit} times`}, but is read ${formatEpochs(epochs)} times up to the end of \`${phase}\``,
  help: ({ epochs }) =>
    `lower \`epochs\` or \`steps\`, or allow repetition: \`repeat = ${Math.ceil(epochs)} epochs\` in the dataset`,
  explain: {
    title: 'post-training repeats what must not be repeated',
    why: 'With `repeat = never`, or `on_exhaustion = error`, more epochs than the dataset allows are an error, in post-training as in pretraining. Its phases count together, and `steps` as the rows that they hold.',
    wrong: withChats('repeat = never', 'epochs = 2'),
    right: withChats('repeat = never', 'epochs = 1'),
  },
});

export const ruleForTokens = defineRow<{ dataset: string; policy: string }>({
  code: 'SM6111',
  severity: 'error',
  message: ({ dataset, policy }) =>
    `\`on_exhaustion = ${policy}\` is for pretraining, and \`${dataset}\` is read by post-training only`,
  help: () =>
    'leave it out: `epochs` of the phase say how often it is read, and `on_exhaustion = error` makes more an error',
  explain: {
    title: 'a rule of pretraining for rows of post-training',
    why: 'Pretraining draws by shares until a dataset ends, and `stop` and `redistribute` say what happens there. Post-training reads all rows as often as its `epochs` say, and ends by itself.',
    wrong: withChats('on_exhaustion = stop', 'epochs = 2'),
    right: withChats('on_exhaustion = error', 'epochs = 2'),
  },
});
