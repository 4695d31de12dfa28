import { formatCount } from '../../report/format-number.ts';
import { defineRow } from '../catalogue-row.ts';
import { samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Steps of derived datasets, and the conditions that they put to rows (SM6209 to SM6215). */

const withStep = (step: string) =>
  `${sampleRecipe(samplePretrain(['50% web', '50% code']))}\ndataset other { source = web, ${step} }\nallow SM6007 "an example"\n`;

export const signatureTooLarge = defineRow<{ bands: number; hashes: number; most: number }>({
  code: 'SM6209',
  severity: 'error',
  message: ({ bands, hashes, most }) =>
    `${formatCount(bands)} bands of ${formatCount(hashes)} hashes are ${formatCount(bands * hashes)} hashes a row, above ${formatCount(most)}`,
  help: () => 'lower `bands` or `hashes`; without either there are 14 bands of 8 hashes',
  explain: {
    title: 'a MinHash signature that is too large',
    why: 'A signature is computed and kept for every row: its time and memory grow with `bands` times `hashes`. Signatures in use have some hundred hashes; above 10,000 a dataset would take days instead of minutes.',
    wrong: withStep('dedup minhash(bands = 1000, hashes = 100)'),
    right: withStep('dedup minhash(bands = 20, hashes = 450)'),
  },
});

export const comparedWithNothing = defineRow<{ [name: string]: never }>({
  code: 'SM6210',
  severity: 'error',
  message: () => '`against` is empty: rows are compared with nothing',
  help: () => 'name a dataset, or a task as a text: `against = ["gsm8k"]`',
  explain: {
    title: 'a decontamination against nothing',
    why: 'Rows are dropped that share text with one of the sets. Without a set the step would drop nothing, and the recipe would read as if it had been decontaminated.',
    wrong: withStep('decontaminate ngram(against = [])'),
    right: withStep('decontaminate ngram(against = ["gsm8k"])'),
  },
});

export const setWithoutTexts = defineRow<{ task: string; kind: string }>({
  code: 'SM6211',
  severity: 'error',
  message: ({ task, kind }) => `task \`${task}\` has no texts to compare rows with: it is of kind \`${kind}\``,
  help: () => 'name a task with questions, or a dataset',
  explain: {
    title: 'a decontamination against a task without texts',
    why: 'Rows are compared with the questions of a task. The prompts of a needle task are put together while it measures, so that there is nothing that a row could share.',
    wrong: withStep('decontaminate ngram(against = ["needle"])'),
    right: withStep('decontaminate ngram(against = ["trivia_qa"])'),
  },
});

export const neverComparable = defineRow<{ what: string; is: string; asked: string }>({
  code: 'SM6212',
  severity: 'error',
  message: ({ what, is, asked }) => `${what} is ${is}, and ${asked}`,
  help: () => 'compare it with a value of its own kind',
  explain: {
    title: 'a comparison that no row can answer',
    why: 'Numbers are compared with numbers, texts with texts, and truth values by `==` and `!=`. `tokens`, `characters` and `count(…)` are numbers, `language` is a text of two letters. Anything else is neither true nor false of any row, and all rows would be left out as malformed.',
    wrong: withStep('keep where language > 5'),
    right: withStep('keep where language == "en"'),
  },
});

export const emptyList = defineRow<{ [name: string]: never }>({
  code: 'SM6213',
  severity: 'error',
  message: () => 'no value is in an empty list: the condition is never true',
  help: () => 'name the values that are looked for, or remove the condition',
  explain: {
    title: 'a list without a value',
    why: '`in` is true for rows whose column has one of the values of the list. With an empty list it is true for none: a `keep` would keep no row, and a `drop` would drop none.',
    wrong: withStep('keep where lang in []'),
    right: withStep('keep where lang in ["en", "fr"]'),
  },
});

export const nestedCount = defineRow<{ [name: string]: never }>({
  code: 'SM6214',
  severity: 'error',
  message: () => 'a count stands inside of another',
  help: () => 'count in a dataset of its own first, and derive this one from it',
  explain: {
    title: 'a count inside of a count',
    why: 'All rows are read once to count, and once more to judge them by the counts. A count that depends on another one would need a further reading for each; a dataset in between says the same in order.',
    wrong: withStep('keep where count(count(good == true) by url > 1) by domain > 10'),
    right: withStep('keep where count(good == true) by domain > 10'),
  },
});

export const roundedNumber = defineRow<{ value: string }>({
  code: 'SM6215',
  severity: 'warning',
  message: ({ value }) => `\`${value}\` is beyond the whole numbers that rows hold exactly`,
  help: () => 'where it is an identifier, write it as a text in the rows, and compare texts',
  explain: {
    title: 'a whole number above 2^53',
    why: 'Numbers of rows are read as 64-bit floating point, in which neighbours above 9,007,199,254,740,992 are one number: the condition would be true for other values, too.',
    wrong: withStep('keep where id == 123456789012345678901'),
    right: withStep('keep where id == "123456789012345678901"'),
  },
});
