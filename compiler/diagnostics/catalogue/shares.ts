import { defineRow } from '../catalogue-row.ts';
import { sampleHeader, samplePretrain, sampleRecipe, sampleWeb } from './sample-recipe.ts';

/** Shares and groups (SM3001 to SM3012). */

const stages = (...lines: readonly string[]) => sampleRecipe(samplePretrain(lines));

export const shareSum = defineRow<{ group: string; sum: string; cause: ShareSumCause }>({
  code: 'SM3001',
  severity: 'error',
  message: ({ group, sum }) => `the shares of ${group} add up to ${sum}, not 100%`,
  notes: ({ group }) => [
    `to scale weights of another system to 100%, write \`normalized\` ${group.startsWith('stage') ? 'after the range' : 'before the brace'}`,
  ],
  help: ({ cause }) => causeHelp(cause),
  explain: {
    title: 'shares that do not add up to 100%',
    why: 'A share is a part of the tokens of its stage. If 110% were quietly scaled to 100%, every dataset would get another share than the file says. A split inside one part belongs in a group of its own; weights of another system belong in a block marked `normalized`.',
    wrong: stages('60% web', '50% code'),
    right: stages('60% web', '40% code'),
  },
});

/** The likeliest reason for a wrong sum, by what the numbers show. */
export type ShareSumCause =
  | { readonly kind: 'inner-split'; readonly sum: string; readonly split: string; readonly part: string }
  | { readonly kind: 'fractions'; readonly sum: string }
  | { readonly kind: 'rounding'; readonly sum: string; readonly off: string }
  | { readonly kind: 'missing'; readonly sum: string; readonly missing: string }
  | { readonly kind: 'unknown' };

function causeHelp(cause: ShareSumCause): string {
  switch (cause.kind) {
    case 'inner-split':
      return `if ${cause.split} is the split inside one part, group it: ${cause.part}`;
    case 'fractions':
      return 'these look like fractions written as percentages: multiply each by 100';
    case 'rounding':
      return `the sum is off by ${cause.off}, as rounded figures are: mark the block \`rounded\`, or correct one share`;
    case 'missing':
      return `add the missing ${cause.missing}, or write \`rest\` for one of the shares`;
    case 'unknown':
      return 'change the shares, or write `rest` for one of them';
  }
}

export const zeroShare = defineRow<{ target: string }>({
  code: 'SM3002',
  severity: 'error',
  message: ({ target }) => `the share of \`${target}\` is zero`,
  help: () => 'remove the line, or give it a share',
  explain: {
    title: 'a share of nothing',
    why: 'A dataset with a share of 0% is not trained on. The line would only look as if it were.',
    wrong: stages('100% web', '0% code'),
    right: stages('100% web'),
  },
});

export const bareShares = defineRow<{
  group: string;
  shares: string;
  sum: string;
  reading: 'fractions' | 'percentages' | null;
}>({
  code: 'SM3003',
  severity: 'error',
  message: ({ group, shares }) => `the shares of ${group} are written without %: ${shares}`,
  notes: ({ sum }) => [`they add up to ${sum}`],
  help: ({ reading }) => {
    if (reading === 'fractions') return 'these are fractions of 1: multiply them by 100 and write %';
    if (reading === 'percentages') return 'write % after each';
    return 'write percentages that add up to 100%, or mark the block `normalized` if these are relative weights';
  },
  explain: {
    title: 'shares without a percent sign',
    why: '0.585 can be a fraction, a percentage or a weight. Published mixes mix the three up, and scaling them quietly hides it.',
    wrong: stages('0.5 web', '0.5 code'),
    right: stages('50% web', '50% code'),
  },
});

export const duplicateShare = defineRow<{ target: string; group: string; sum: string | null }>({
  code: 'SM3004',
  severity: 'error',
  message: ({ target, group }) => `\`${target}\` has two shares in ${group}`,
  label: () => 'again here',
  help: ({ sum }) => (sum === null ? 'keep one line' : `keep one line; together they are ${sum}`),
  explain: {
    title: 'two shares of one thing in one group',
    why: 'A second line for the same dataset is most often a slip. In different groups a dataset may come up again: those shares are summed.',
    wrong: stages('60% web', '40% web'),
    right: stages('60% web', '40% code'),
  },
});

export const secondRest = defineRow<{ group: string; bySize: boolean }>({
  code: 'SM3005',
  severity: 'error',
  message: ({ group, bySize }) =>
    bySize ? `${group} has shares with \`rest\` and with \`by_size\`` : `${group} has two shares with \`rest\``,
  label: () => 'again here',
  help: () => 'give one of them a percentage',
  explain: {
    title: 'two shares with `rest`',
    why: '`rest` is what the other shares leave of 100%. Two of them have no single answer.',
    wrong: stages('50% g { 100% web }', 'rest code', 'rest web'),
    right: stages('50% g { 100% web }', 'rest code'),
  },
});

export const restInNormalized = defineRow<{ group: string; scaling: 'normalized' | 'rounded' }>({
  code: 'SM3006',
  severity: 'error',
  message: ({ group, scaling }) => `${group} is ${scaling}, so nothing is left for \`rest\``,
  help: ({ scaling }) => `give the share a number, or remove \`${scaling}\``,
  explain: {
    title: '`rest` among weights',
    why: 'A normalized group divides by the sum of its numbers: whatever they are, they fill it.',
    wrong: stages('stage a ..1M normalized { 3 web, rest code }'),
    right: stages('stage a ..1M normalized { 3 web, 1 code }'),
  },
});

export const nothingLeft = defineRow<{ group: string; sum: string; word: string; target: string }>({
  code: 'SM3007',
  severity: 'error',
  message: ({ sum, word, target }) => `nothing is left for \`${word} ${target}\`: the other shares add up to ${sum}`,
  help: () => 'lower another share, or remove this line',
  explain: {
    title: 'nothing left for `rest`',
    why: '`rest` must be more than zero, or its dataset would not be trained on.',
    wrong: stages('100% web', 'rest code'),
    right: stages('90% web', 'rest code'),
  },
});

export const takeAmongShares = defineRow<{ block: string; dataset: string }>({
  code: 'SM3008',
  severity: 'error',
  message: ({ block, dataset }) => `\`take … ${dataset}\` counts rows, but ${block} is made of shares`,
  help: ({ dataset }) => `write a share such as \`10% ${dataset}\`: a part of the tokens trained on here`,
  explain: {
    title: 'rows taken where shares are meant',
    why: '`take 431k x` picks that many rows of a dataset, once, to make a finite set for post-training. A share is a part of the tokens of a stage, however often its rows come up. The two cannot stand together.',
    wrong: stages('100% web', 'take 10k code'),
    right: stages('90% web', '10% code'),
  },
});

export const shareInDataset = defineRow<{ block: string; dataset: string }>({
  code: 'SM3009',
  severity: 'error',
  message: ({ block, dataset }) => `${block} is a set of rows and cannot hold a share of \`${dataset}\``,
  help: () => 'use a `mixture` for shares of trained tokens, or `take` for a number of rows',
  explain: {
    title: 'a share in a dataset',
    why: 'A dataset is a set of rows, a mixture a proportion of tokens. A share of a dataset would need a total that a set of rows does not have.',
    wrong: `${sampleHeader}\n${sampleWeb}dataset half { 100% web }\n`,
    right: `${sampleHeader}\n${sampleWeb}mixture half { 100% web }\n`,
  },
});

export const noShares = defineRow<{ group: string }>({
  code: 'SM3010',
  severity: 'error',
  message: ({ group }) => `${group} has no shares`,
  help: () => 'say what is trained on, for example `100% NAME`',
  explain: {
    title: 'a stage or mixture without shares',
    why: 'A stage without shares would have nothing to train on, and a mixture without shares stands for nothing.',
    wrong: stages('stage a ..1M { sequence = 64 }'),
    right: stages('stage a ..1M { sequence = 64, 100% web }'),
  },
});

export const mixedWeights = defineRow<{ group: string }>({
  code: 'SM3011',
  severity: 'error',
  message: ({ group }) => `${group} is normalized and mixes percentages with plain numbers`,
  help: () => 'write all of them one way',
  explain: {
    title: 'weights written in two ways',
    why: 'A normalized group divides by the sum of its numbers, and it would be a guess whether 40% beside 3 is 40 or 0.4.',
    wrong: stages('stage a ..1M normalized { 3 web, 40% code }'),
    right: stages('stage a ..1M normalized { 3 web, 2 code }'),
  },
});

export const sharesTooFine = defineRow<{ group: string; digits: number }>({
  code: 'SM3012',
  severity: 'error',
  message: ({ group, digits }) => `the shares of ${group} need more than ${digits} digits to be exact`,
  help: () => 'round the weights, or nest fewer normalized groups',
  explain: {
    title: 'shares beyond all measure',
    why: 'Shares are exact fractions, and the denominators of nested normalized groups multiply. What no sampler could tell apart is refused.',
    wrong: stages(...fineStages('1.000000000000000000000000000000000000001')),
    right: stages(...fineStages('1')),
  },
});

/** Three groups inside each other, each with a weight of many digits. */
function fineStages(weight: string): readonly string[] {
  return [
    `stage a ..1M normalized { ${weight} g normalized { ${weight} h normalized { ${weight} web, 3 code }, 7 code }, 5 web }`,
  ];
}
