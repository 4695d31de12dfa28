import { defineRow } from '../catalogue-row.ts';
import { didYouMean } from '../near-names.ts';
import { sampleHeader, sampleModel, samplePretrain, sampleRecipe, sampleWeb } from './sample-recipe.ts';

/** Blocks, what stands in them, and re-opening (SM1030 to SM1049). */

const halves = ['50% web', '50% code'];
const whole = sampleRecipe(samplePretrain(halves));

export const misplacedBlock = defineRow<{ keyword: string; block: string; belongs: readonly string[] }>({
  code: 'SM1030',
  severity: 'error',
  message: ({ keyword, block }) => `a \`${keyword}\` block cannot stand in ${block}`,
  help: ({ keyword, belongs }) => `move it: \`${keyword}\` belongs to ${belongs.join(' or ')}`,
  explain: {
    title: 'a block in the wrong place',
    why: 'A stage is a part of a phase, and a model belongs to the whole recipe. In another place the block would have no meaning.',
    wrong: `${sampleHeader}\nstage a ..1M { 100% web }\n${sampleWeb}`,
    right: sampleRecipe(samplePretrain(['stage a ..1M { 100% web }'])),
  },
});

export const duplicateBlock = defineRow<{ block: string }>({
  code: 'SM1031',
  severity: 'error',
  message: ({ block }) => `${block} is declared twice`,
  label: () => 'declared again here',
  help: () => 'join the two; to change values for some runs, use a profile',
  explain: {
    title: 'a block that is declared twice',
    why: 'A recipe has one model and one phase of pretraining. With two blocks, it would depend on their order which one holds.',
    wrong: whole + sampleModel(),
    right: whole,
  },
});

export const missingBlockName = defineRow<{ keyword: string }>({
  code: 'SM1032',
  severity: 'error',
  message: ({ keyword }) => `this \`${keyword}\` has no name`,
  help: ({ keyword }) => `write \`${keyword} NAME { … }\``,
  explain: {
    title: 'a block without its name',
    why: 'Datasets, mixtures, stages and profiles are used by name, in shares, plans and reports.',
    wrong: `${sampleHeader}\ndataset { source = local("web/*.jsonl") }\n`,
    right: `${sampleHeader}\n${sampleWeb}`,
  },
});

export const needlessBlockName = defineRow<{ keyword: string; name: string }>({
  code: 'SM1033',
  severity: 'error',
  message: ({ keyword }) => `a \`${keyword}\` takes no name`,
  help: ({ keyword }) => `write \`${keyword} { … }\``,
  explain: {
    title: 'a name for a block that has none',
    why: 'There is one model in a recipe, so nothing could refer to it by a name.',
    wrong: sampleRecipe(samplePretrain(halves), sampleModel().replace('model', 'model small')),
    right: whole,
  },
});

export const misplacedEntry = defineRow<{ entry: string; block: string; belongs: string }>({
  code: 'SM1034',
  severity: 'error',
  message: ({ entry, block }) => `${entry} cannot stand in ${block}`,
  help: ({ entry, belongs }) => `${entry} belongs to ${belongs}`,
  explain: {
    title: 'an entry that its block does not take',
    why: 'Shares make up stages and mixtures, and steps such as `keep where` make up datasets. Elsewhere they would do nothing.',
    wrong: sampleRecipe(samplePretrain(halves), sampleModel().replace('{\n', '{\n  50% web\n')),
    right: whole,
  },
});

export const needlessPart = defineRow<{ part: string; of: string }>({
  code: 'SM1035',
  severity: 'error',
  message: ({ part, of }) => `${of} takes no ${part}`,
  help: ({ part }) => `remove the ${part}`,
  explain: {
    title: 'a range, `normalized` or `at` where it has no meaning',
    why: 'Only stages have a range, only blocks with shares can be normalized, and only `from` takes a position with `at`.',
    wrong: `${sampleHeader}\ndataset web 0..5T { source = local("web/*.jsonl") }\n`,
    right: `${sampleHeader}\n${sampleWeb}`,
  },
});

export const missingAttribute = defineRow<{ block: string; name: string; documentation: string }>({
  code: 'SM1036',
  severity: 'error',
  message: ({ block, name }) => `${block} has no \`${name}\``,
  help: ({ name, documentation }) => `add \`${name} = …\`: ${firstLower(documentation)}`,
  explain: {
    title: 'an attribute that cannot be left out',
    why: 'Sizes and lengths decide what a run costs and yields. smol has no default for them, because any would be wrong for most runs.',
    wrong: sampleRecipe(samplePretrain(halves), sampleModel().replace('  layers = 2\n', '')),
    right: whole,
  },
});

export const missingBlock = defineRow<{ block: string }>({
  code: 'SM1037',
  severity: 'error',
  message: ({ block }) => `the recipe has no \`${block}\` block`,
  help: ({ block }) => `add \`${block} { … }\`, as in the example of \`explain\``,
  explain: {
    title: 'a recipe without its model or its training',
    why: 'A plan needs to know what is trained and on what: a model block and a pretrain block.',
    wrong: `${sampleHeader}\n${sampleWeb}`,
    right: whole,
  },
});

export const unknownProfile = defineRow<{ name: string; near: readonly string[]; known: readonly string[] }>({
  code: 'SM1038',
  severity: 'error',
  message: ({ name }) => `the recipe has no profile \`${name}\``,
  help: ({ near, known }) => didYouMean(near) ?? listed('its profiles are', known, 'it has no profiles'),
  explain: {
    title: 'a profile that the recipe does not have',
    why: 'Without the profile, the run would be the full one. `--profile NAME` must name a `profile` block of the file.',
    wrong: whole,
    right: `${whole}\nprofile small { seed = 7 }\n`,
    options: { wrong: { profile: 'small' }, right: { profile: 'small' } },
  },
});

export const nothingToReopen = defineRow<{ what: string; near: readonly string[] }>({
  code: 'SM1039',
  severity: 'error',
  message: ({ what }) => `the recipe has no ${what} that could be changed here`,
  help: ({ near }) => didYouMean(near) ?? 'use the name of a block of the recipe, or declare the whole of it here',
  explain: {
    title: 'a profile that changes what is not there',
    why: 'A block in a profile re-opens the block of the same name. A misspelt name would leave the recipe unchanged without a word.',
    wrong: `${whole}\nprofile small { dataset wbe { domain = web } }\n`,
    right: `${whole}\nprofile small { dataset web { domain = web } }\n`,
  },
});

export const stagesMixed = defineRow<{ amended: readonly string[]; anew: readonly string[] }>({
  code: 'SM1040',
  severity: 'error',
  message: ({ amended, anew }) =>
    `stages are given anew (${quoted(anew)}) and amended (${quoted(amended)}) in one place`,
  help: () => 'give every stage a range and shares, or none of them',
  explain: {
    title: 'stages half given anew',
    why: 'In a profile, a stage with neither a range nor shares changes attributes of the stage of that name. If any stage has a range or shares, all stages are given anew, since half of two lists of stages would rarely fit together.',
    wrong: sampleRecipe(
      `${samplePretrain(['stage a ..500k { 100% web }', 'stage b ..1M { 100% code }'])}\nprofile p {\n  pretrain {\n    stage a { sequence = 64 }\n    stage b ..1M { 100% web }\n  }\n}\n`,
    ),
    right: sampleRecipe(
      `${samplePretrain(['stage a ..500k { 100% web }', 'stage b ..1M { 100% code }'])}\nprofile p {\n  pretrain {\n    stage a { sequence = 64 }\n  }\n}\n`,
    ),
  },
});

function firstLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}

function listed(intro: string, words: readonly string[], none: string): string {
  return words.length === 0 ? none : `${intro} ${quoted(words)}`;
}
