import { defineRow } from '../catalogue-row.ts';

/** Syntax: entries, names and values (SM0030 to SM0039). */

const header = 'recipe example\nlanguage = 1\n';
const web = 'dataset web { source = local("web/*.jsonl") }\n';

export const reservedName = defineRow<{ text: string }>({
  code: 'SM0030',
  severity: 'error',
  message: ({ text }) => `\`${text}\` is a word of the language and cannot be a name`,
  help: ({ text }) => `choose another name, for example \`${text}_data\``,
  explain: {
    title: 'a reserved word as a name',
    why: 'The words true, false, and, or, not, in, matches, where, at, per, else, normalized and rest have a meaning wherever a name can stand, so a dataset of that name could not be told from the word.',
    wrong: `${header}\ndataset rest { source = local("web/*.jsonl") }\n`,
    right: `${header}\ndataset rest_of_web { source = local("web/*.jsonl") }\n`,
  },
});

export const twoEntriesOnALine = defineRow<{ text: string }>({
  code: 'SM0031',
  severity: 'error',
  message: ({ text }) => `\`${text}\` starts a new entry on the line of another`,
  help: () => 'put a comma or a new line between the two',
  explain: {
    title: 'two entries on one line',
    why: 'One line holds one fact, or several with commas between them. Without a separator the end of the first value would be a guess.',
    wrong: `${header}\ndataset web { source = local("web/*.jsonl") domain = web }\n`,
    right: `${header}\ndataset web { source = local("web/*.jsonl"), domain = web }\n`,
  },
});

export const hyphenInName = defineRow<{ text: string; suggestion: string }>({
  code: 'SM0032',
  severity: 'error',
  message: ({ text }) => `\`${text}\` is not a name: \`-\` is the minus sign`,
  help: ({ suggestion }) => `write \`${suggestion}\``,
  explain: {
    title: 'a hyphen in a name',
    why: 'Names hold letters, digits and `_`, and do not start with a digit. With a hyphen, `11T-75B` and a name could not be told apart. The place where the data lives is a string and may hold anything.',
    wrong: `${header}\ndataset fineweb-edu { source = hf("HuggingFaceFW/fineweb-edu") }\n`,
    right: `${header}\ndataset fineweb_edu { source = hf("HuggingFaceFW/fineweb-edu") }\n`,
  },
});

export const missingEquals = defineRow<{ name: string; written: ':' | ':=' | '==' | null }>({
  code: 'SM0033',
  severity: 'error',
  message: ({ name, written }) =>
    written === null
      ? `there is no \`=\` between \`${name}\` and its value`
      : `the value of \`${name}\` is given with \`${written}\`, not with \`=\``,
  help: ({ name }) => `write \`${name} = ...\``,
  explain: {
    title: 'an attribute without its equals sign',
    why: 'An attribute is written `name = value`. A colon, as in YAML or JSON, or a space alone is most likely a habit from another format.',
    wrong: `${header}\nseed: 42\n`,
    right: `${header}\nseed = 42\n`,
  },
});

export const missingValue = defineRow<{ name: string }>({
  code: 'SM0034',
  severity: 'error',
  message: ({ name }) => `\`${name}\` has no value`,
  help: ({ name }) => `write a value after \`=\`, or remove \`${name}\` to take its default`,
  explain: {
    title: 'an attribute without a value',
    why: 'Nothing after the equals sign is most often an edit that was interrupted. A default is taken only where the attribute is not written at all.',
    wrong: `${header}\nseed =\n`,
    right: `${header}\nseed = 42\n`,
  },
});

export const missingComma = defineRow<{ within: string }>({
  code: 'SM0035',
  severity: 'error',
  message: ({ within }) => `a comma is missing before this, in ${within}`,
  help: () => 'put a comma between the two',
  explain: {
    title: 'a missing comma',
    why: 'Between parentheses and brackets a new line does not separate, so that long calls can be wrapped; a comma does.',
    wrong: `${header}\ndataset web { source = local("a/*.jsonl" "b/*.jsonl") }\n`,
    right: `${header}\ndataset web { source = local("a/*.jsonl", "b/*.jsonl") }\n`,
  },
});

export const blockWithEquals = defineRow<{ keyword: string }>({
  code: 'SM0036',
  severity: 'error',
  message: ({ keyword }) => `\`${keyword}\` is a block and takes no \`=\``,
  help: ({ keyword }) => `write \`${keyword} { ... }\``,
  explain: {
    title: 'a block written as an attribute',
    why: 'Blocks hold entries between braces and have no value; attributes have one. The two look different so that both can be read at a glance.',
    wrong: `${header}\nmodel = {\n  layers = 4\n}\n`,
    right: `${header}\nmodel {\n  layers = 4\n}\n`,
  },
});

export const shareOrder = defineRow<{ suggestion: string }>({
  code: 'SM0037',
  severity: 'error',
  message: () => 'in a share the amount comes before the name',
  help: ({ suggestion }) => `write \`${suggestion}\``,
  explain: {
    title: 'a share with its name first',
    why: 'A share reads as it is spoken, "90% web", and so cannot be mistaken for an attribute such as `epochs = 2`.',
    wrong: `${header}\n${web}mixture all { web 100% }\n`,
    right: `${header}\n${web}mixture all { 100% web }\n`,
  },
});

export const rangeWithoutDots = defineRow<{ suggestion: string | null }>({
  code: 'SM0038',
  severity: 'error',
  message: () => 'a range is written with two dots',
  help: ({ suggestion }) => `write \`${suggestion ?? '0..6T'}\``,
  explain: {
    title: 'a range without its two dots',
    why: 'A range is `start..end`, the end not included. A minus sign would be arithmetic: `(11T - 75B)..11T`.',
    wrong: `${header}\n${web}pretrain {\n  tokens = 6T\n  stage one 0-6T { 100% web }\n}\n`,
    right: `${header}\n${web}pretrain {\n  tokens = 6T\n  stage one 0..6T { 100% web }\n}\n`,
  },
});

export const unknownBlock = defineRow<{ text: string; near: string | null }>({
  code: 'SM0039',
  severity: 'error',
  message: ({ text }) => `there is no block \`${text}\``,
  help: ({ near }) =>
    near ??
    'blocks are dataset, mixture, model, pretrain, stage, profile, and those of later steps: sft, dpo, evaluate, ablation, cluster',
  explain: {
    title: 'an unknown kind of block',
    why: 'The words that open a block are a closed list. An unknown one is an error, since skipping a block would silently change the run.',
    wrong: `${header}\ndatset web { source = local("web/*.jsonl") }\n`,
    right: `${header}\ndataset web { source = local("web/*.jsonl") }\n`,
  },
});

export const negativeAmount = defineRow<{ text: string }>({
  code: 'SM0040',
  severity: 'error',
  message: ({ text }) => `\`${text}\` is negative: a share is a part of what is trained on`,
  help: () => 'leave the line out, or lower another share',
  explain: {
    title: 'a negative share',
    why: 'Shares say how much of each dataset there is. What should be less is given a smaller share, and what should not be there none.',
    wrong:
      'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl") }\nmixture all { 101% web, -1% web }\n',
    right: 'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl") }\nmixture all { 100% web }\n',
  },
});
