import { defineRow } from '../catalogue-row.ts';
import { didYouMean } from '../near-names.ts';
import { sampleHeader, sampleModel, samplePretrain, sampleRecipe } from './sample-recipe.ts';

/** Values, units and dimensions (SM2xxx). */

const halves = ['50% web', '50% code'];
const withPretrain = (changes: Readonly<Record<string, string>>) => sampleRecipe(samplePretrain(halves, changes));
const withLet = (value: string) => `${sampleHeader}\nlet length = ${value}\n`;

export const wrongForm = defineRow<{ wanted: string; found: string }>({
  code: 'SM2001',
  severity: 'error',
  message: ({ wanted, found }) => `${found} stands where ${wanted} must stand`,
  help: ({ wanted }) => `write ${wanted}`,
  explain: {
    title: 'a value of another kind',
    why: 'Every attribute takes one kind of value: a number, a word, a text in quotes, a call. A text that looks like a number is not one.',
    wrong: withPretrain({ tokens: '"1M"' }),
    right: withPretrain({ tokens: '1M' }),
  },
});

export const wrongDimension = defineRow<{ name: string; wanted: readonly string[]; found: string }>({
  code: 'SM2002',
  severity: 'error',
  message: ({ name, wanted, found }) => `\`${name}\` takes ${wanted.join(' or ')}, not ${found}`,
  help: () => 'change the unit; smol converts nothing that depends on the batch or the sequence',
  explain: {
    title: 'a unit that does not fit',
    why: 'Tokens, steps, sequences and rows measure different things, and mixing them up is the classic way to run the wrong length.',
    wrong: withPretrain({ sequence: '128 rows' }),
    right: withPretrain({ sequence: '128 tokens' }),
  },
});

export const unitRequired = defineRow<{ name: string; readings: readonly string[] }>({
  code: 'SM2003',
  severity: 'error',
  message: ({ name }) => `\`${name}\` needs a unit: a bare number can be read in several ways`,
  help: ({ readings }) => `write ${readings.map((reading) => `\`${reading}\``).join(' or ')}`,
  explain: {
    title: 'a number that needs a unit',
    why: 'Where one unit is possible it may be left out. A batch can be counted in tokens or in sequences, so the unit decides.',
    wrong: withPretrain({ batch: '1024' }),
    right: withPretrain({ batch: '1024 tokens' }),
  },
});

export const unknownUnit = defineRow<{ unit: string; near: readonly string[]; known: readonly string[] }>({
  code: 'SM2004',
  severity: 'error',
  message: ({ unit }) => `\`${unit}\` is no unit`,
  help: ({ near, known }) =>
    didYouMean(near) ?? `the units are ${known.join(', ')}; T, B, M and k stand directly after the number`,
  explain: {
    title: 'an unknown unit',
    why: 'The word after a number is its unit. The suffixes k, M, B and T are part of the number and stand directly after it: `11T`, not `11 T`.',
    wrong: withPretrain({ tokens: '1M words' }),
    right: withPretrain({ tokens: '1M tokens' }),
  },
});

export const unknownCompound = defineRow<{ unit: string; per: string }>({
  code: 'SM2005',
  severity: 'error',
  message: ({ unit, per }) => `\`${unit} per ${per}\` is no unit`,
  help: () => 'the only unit with `per` is `usd per gpu_hour`',
  explain: {
    title: 'an unknown compound unit',
    why: 'Only prices are written with `per`: rates of other things, such as tokens per step, follow from the batch.',
    wrong: withLet('2 tokens per steps'),
    right: withLet('2 tokens'),
  },
});

export const unlikeDimensions = defineRow<{ operator: string; left: string; right: string }>({
  code: 'SM2006',
  severity: 'error',
  message: ({ operator, left, right }) =>
    operator === '+' ? `${left} and ${right} cannot be added` : `${right} cannot be subtracted from ${left}`,
  help: () => 'give both sides the same unit',
  explain: {
    title: 'a sum of unlike things',
    why: 'Tokens and steps can be added only when the batch is known, and then the batch decides the sum. smol refuses rather than guess.',
    wrong: withLet('10M tokens + 5 steps'),
    right: withLet('10M tokens + 5M tokens'),
  },
});

export const twoUnits = defineRow<{ operator: string; left: string; right: string }>({
  code: 'SM2007',
  severity: 'error',
  message: ({ operator, left, right }) =>
    operator === '*' ? `${left} cannot be multiplied by ${right}` : `${left} cannot be divided by ${right}`,
  help: ({ operator }) => (operator === '*' ? 'leave the unit out on one side' : 'divide by a number without a unit'),
  explain: {
    title: 'a product of two units',
    why: 'Multiplication and division scale a value by a plain number; tokens times tokens mean nothing in a recipe.',
    wrong: withLet('10 tokens * 5 tokens'),
    right: withLet('10 tokens * 5'),
  },
});

export const divisionByZero = defineRow<Record<string, never>>({
  code: 'SM2008',
  severity: 'error',
  message: () => 'this is a division by zero',
  help: () => 'divide by another number',
  explain: {
    title: 'a division by zero',
    why: 'A division by zero has no value, so nothing could be planned with it. Most often a let is zero that should not be.',
    wrong: withLet('10 / 0'),
    right: withLet('10 / 2'),
  },
});

export const numberTooLarge = defineRow<Record<string, never>>({
  code: 'SM2009',
  severity: 'error',
  message: () => 'the result of this calculation has more than 40 digits',
  help: () => 'write the value itself',
  explain: {
    title: 'a calculation that leaves every scale',
    why: 'Numbers are exact, so their digits grow with each product. No quantity of a training run needs 40.',
    wrong: withLet('1T * 1T * 1T * 1T'),
    right: withLet('1T * 10'),
  },
});

export const outOfBounds = defineRow<{
  name: string;
  value: string;
  limit: string;
  side: 'least' | 'most';
  exclusive: boolean;
}>({
  code: 'SM2010',
  severity: 'error',
  message: ({ name, value, limit, side, exclusive }) => {
    const relation = side === 'least' ? (exclusive ? 'more than' : 'at least') : exclusive ? 'less than' : 'at most';
    return `\`${name}\` must be ${relation} ${limit}, not ${value}`;
  },
  help: ({ name }) => `give \`${name}\` a value in its range`,
  explain: {
    title: 'a number outside its range',
    why: 'The vocabulary gives each number its range: lengths are positive, and sizes are kept below what any machine could hold.',
    wrong: withPretrain({ tokens: '0' }),
    right: withPretrain({ tokens: '1M' }),
  },
});

export const notWhole = defineRow<{ name: string; value: string }>({
  code: 'SM2011',
  severity: 'error',
  message: ({ name, value }) => `\`${name}\` must be a whole number, not ${value}`,
  help: () => 'write a whole number',
  explain: {
    title: 'a part of something that has no parts',
    why: 'There is no half token, layer or step. smol does not round what you wrote.',
    wrong: sampleRecipe(samplePretrain(halves), sampleModel({ layers: '2.5' })),
    right: sampleRecipe(samplePretrain(halves), sampleModel({ layers: '2' })),
  },
});

export const unknownWord = defineRow<{
  attribute: string;
  word: string;
  near: readonly string[];
  known: readonly string[];
}>({
  code: 'SM2012',
  severity: 'error',
  message: ({ attribute, word }) => `\`${attribute}\` cannot be \`${word}\``,
  help: ({ near, known }) => didYouMean(near) ?? `it is ${known.map((word) => `\`${word}\``).join(' or ')}`,
  explain: {
    title: 'a word that is no choice here',
    why: 'The attribute takes one of a few words. The message lists them.',
    wrong: sampleRecipe(samplePretrain(['precision = fp16', ...halves])),
    right: sampleRecipe(samplePretrain(['precision = bf16', ...halves])),
  },
});

export const binarySuffixUsual = defineRow<{ name: string; written: string; usual: string; value: string }>({
  code: 'SM2013',
  severity: 'note',
  message: ({ name, written, value, usual }) =>
    `\`${name} = ${written}\` is ${value}; a power of two, \`${usual}\`, is usual here`,
  help: ({ usual, written }) => `write \`${usual}\` if that is meant; \`${written}\` stays as it is otherwise`,
  explain: {
    title: '8k where 8192 is usual',
    why: 'The suffix k is 1,000 and Ki is 1,024. Sequence lengths, contexts and vocabularies are usually powers of two, and 8k is 192 short of one.',
    wrong: sampleRecipe(samplePretrain(halves), sampleModel({ context: '8k' })),
    right: sampleRecipe(samplePretrain(halves), sampleModel({ context: '8Ki' })),
  },
});
