import { defineRow } from '../catalogue-row.ts';
import { sampleHeader, sampleModel, samplePretrain } from './sample-recipe.ts';

/** Shares that follow from sizes, and shares of rounded figures (SM3013 to SM3017). */

const sized = (web: string, ...lines: readonly string[]) =>
  [
    sampleHeader,
    `dataset web { source = local("web/*.jsonl")${web} }`,
    'dataset code { source = local("code/*.jsonl"), size = 400k tokens }',
    sampleModel(),
    samplePretrain(lines),
  ].join('\n');

export type NotSizedReason = 'normalized' | 'rounded' | 'group' | 'unknown' | 'other' | 'no-length' | 'ramp';

const reasons: Readonly<Record<NotSizedReason, (data: { target: string; group: string }) => string>> = {
  normalized: ({ group }) => `${group} is normalized: it holds numbers only`,
  rounded: ({ group }) => `${group} is rounded: it holds percentages only`,
  group: () => 'a group of shares has no size of its own',
  unknown: ({ target }) => `the size of \`${target}\` in tokens is unknown`,
  other: ({ target }) => `\`${target}\` is no dataset`,
  'no-length': ({ group }) => `${group} has no length in tokens of its own`,
  ramp: ({ target, group }) => `the ramp of ${group} moves the shares, so that not all of \`${target}\` would be read`,
};

const ways: Readonly<Record<NotSizedReason, string>> = {
  normalized: 'remove `normalized`, or give the share a number',
  rounded: 'remove `rounded`, or give the share a percentage',
  group: 'write the word inside the group, at its datasets',
  unknown: 'state the size in the dataset (`size = 1.2B tokens`), or give the share a percentage',
  other: 'name the datasets themselves, or give the share a percentage',
  'no-length': 'write `by_size`, or a percentage: `once` is for stages',
  ramp: 'remove `ramp`, or give the share a percentage',
};

export const notSized = defineRow<{ word: string; target: string; group: string; reason: NotSizedReason }>({
  code: 'SM3013',
  severity: 'error',
  message: ({ word, target, group, reason }) =>
    `\`${word} ${target}\` is no share here: ${reasons[reason]({ target, group })}`,
  help: ({ reason }) => ways[reason],
  explain: {
    title: '`once` or `by_size` without a size',
    why: '`once web` is the size of the dataset over the tokens of the stage, `by_size web` a part of what is left in proportion to the size. Both need a stated size in tokens, and `once` a stage that it is read once in.',
    wrong: sized('', 'by_size web', 'by_size code'),
    right: sized(', size = 600k tokens', 'by_size web', 'by_size code'),
  },
});

export const onceScaled = defineRow<{ target: string; part: string }>({
  code: 'SM3017',
  severity: 'note',
  message: ({ target, part }) =>
    `\`once ${target}\` reads ${part} of \`${target}\` here: \`scaled_to\` keeps the shares`,
  help: () => 'this is what `scaled_to` asks for; give the profile its own stages to read all of it',
  explain: {
    title: '`once` in a run that is scaled',
    why: 'A share of `once` follows from the length of the stage as written. `scaled_to` makes a smaller run with the same shares, which reads a part of the dataset, or a longer one, which reads it more than once.',
    wrong: `${sized(', size = 600k tokens', 'once web', 'once code')}profile small { pretrain { scaled_to = 500k } }\n`,
    right: `${sized(', size = 600k tokens', '60% web', '40% code')}profile small { pretrain { scaled_to = 500k } }\n`,
    options: { wrong: { profile: 'small' }, right: { profile: 'small' } },
  },
});

export const onceSum = defineRow<{ group: string; tokens: string; sum: string; isMore: boolean; isAll: boolean }>({
  code: 'SM3014',
  severity: 'error',
  message: ({ group, tokens, sum }) => `the shares of ${group} are ${sum} tokens, but it has ${tokens}`,
  help: ({ sum, isMore, isAll }) => {
    const length = isAll ? `make it ${sum} tokens long, ` : 'change its length, ';
    return isMore
      ? `${length}or give some of the datasets a percentage`
      : `${length}or give what is left to another dataset: \`rest NAME\``;
  },
  explain: {
    title: 'datasets read once that do not fill their stage',
    why: '`once` reads all of a dataset and nothing twice, so its share follows from the length of the stage. What the shares add up to must be that length, as percentages must be 100%.',
    wrong: sized(', size = 500k tokens', 'once web', 'once code'),
    right: sized(', size = 600k tokens', 'once web', 'once code'),
  },
});

const stages = (...lines: readonly string[]) => sized(', size = 600k tokens', ...lines);

export const roundedTooFar = defineRow<{ group: string; sum: string; terms: string }>({
  code: 'SM3015',
  severity: 'error',
  message: ({ group, sum }) => `the shares of ${group} add up to ${sum}, more than 0.05% away from 100%`,
  notes: ({ terms }) => [`they are ${terms}`],
  help: () => 'correct the shares: `rounded` is for figures whose rounding alone keeps them from 100%',
  explain: {
    title: 'rounded shares that are off by more than rounding',
    why: 'Published percentages are rounded, each a little, and may add up to 99.99% or 100.01%. `rounded` says so and scales them; beyond 0.05% something else is wrong with them.',
    wrong: stages('stage a ..1M rounded { 69% web, 30% code }'),
    right: stages('stage a ..1M rounded { 69.99% web, 30% code }'),
  },
});

export const roundedScaled = defineRow<{ group: string; sum: string; shares: string }>({
  code: 'SM3016',
  severity: 'note',
  message: ({ group, sum, shares }) => `the rounded shares of ${group} add up to ${sum}; scaled to 100%: ${shares}`,
  help: () => 'this is what `rounded` asks for',
  explain: {
    title: 'rounded shares, scaled',
    why: 'A group marked `rounded` is divided by its sum, exactly. The note and the plan show the shares that come out.',
    wrong: stages('stage a ..1M rounded { 69.99% web, 30% code }'),
    right: stages('stage a ..1M { 70% web, 30% code }'),
  },
});
