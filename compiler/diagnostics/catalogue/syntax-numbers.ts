import { defineRow } from '../catalogue-row.ts';

/** Syntax: numbers (SM0010 to SM0015). */

export const malformedNumber = defineRow<{ text: string; suggestion: string | null }>({
  code: 'SM0010',
  severity: 'error',
  message: ({ text }) => `\`${text}\` is not a number`,
  help: ({ suggestion }) =>
    suggestion === null
      ? 'write digits on both sides of the point and single `_` between digits: `0.5`, `10_000`, `5e-4`'
      : `write \`${suggestion}\``,
  explain: {
    title: 'a number that is not well formed',
    why: 'Numbers are exact: `5e-4` is 1/2000. So that nothing has to be guessed, a point has digits on both sides and an underscore stands between two digits.',
    wrong: 'recipe example\nlanguage = 1\n\npretrain { clip_norm = .5 }\n',
    right: 'recipe example\nlanguage = 1\n\npretrain { clip_norm = 0.5 }\n',
  },
});

export const unknownNumberSuffix = defineRow<{ text: string; suffix: string; suggestion: string | null }>({
  code: 'SM0011',
  severity: 'error',
  message: ({ text, suffix }) => `\`${suffix}\` in \`${text}\` is no suffix of numbers`,
  help: ({ suggestion }) =>
    `${suggestion === null ? '' : `write \`${suggestion}\`? `}suffixes are k M B T (10^3 to 10^12) and Ki Mi Gi Ti (2^10 to 2^40); a unit stands after a space: \`2000 steps\``,
  explain: {
    title: 'an unknown suffix of a number',
    why: 'The suffixes k, M, B and T multiply by 10^3, 10^6, 10^9 and 10^12; Ki, Mi, Gi and Ti by 2^10, 2^20, 2^30 and 2^40. `G` is not among them, since people use it for both, and a unit is separated by a space.',
    wrong: 'recipe example\nlanguage = 1\n\npretrain { tokens = 11G }\n',
    right: 'recipe example\nlanguage = 1\n\npretrain { tokens = 11B }\n',
  },
});

export const suffixWithExponent = defineRow<{ text: string; without: readonly [string, string] }>({
  code: 'SM0012',
  severity: 'error',
  message: ({ text }) => `\`${text}\` has both an exponent and a suffix`,
  help: ({ without: [first, second] }) => `write \`${first}\` or \`${second}\`, whichever is meant`,
  explain: {
    title: 'an exponent together with a suffix',
    why: 'Some tools read `2e12T` as 2 x 10^12 tokens, with T for tokens. Here T multiplies by 10^12, so the same text would be 2 x 10^24. Both readings are possible and they are a trillion apart, so the recipe has to say which.',
    wrong: 'recipe example\nlanguage = 1\n\npretrain { tokens = 2e12T }\n',
    right: 'recipe example\nlanguage = 1\n\npretrain { tokens = 2T }\n',
  },
});

export const numberOutOfRange = defineRow<{ text: string; maximumDigits: number; maximumExponent: number }>({
  code: 'SM0013',
  severity: 'error',
  message: ({ text }) => `\`${shorten(text)}\` is beyond what a recipe can hold`,
  help: ({ maximumDigits, maximumExponent }) =>
    `a number has at most ${maximumDigits} digits and an exponent of at most ${maximumExponent}`,
  explain: {
    title: 'a number beyond all bounds',
    why: 'Numbers are kept exactly, digit by digit. A bound on digits and exponent keeps a slip of the finger (`5e400`) from taking all memory.',
    wrong: 'recipe example\nlanguage = 1\n\npretrain { tokens = 11e99999 }\n',
    right: 'recipe example\nlanguage = 1\n\npretrain { tokens = 11e12 }\n',
  },
});

export const spaceBeforePercent = defineRow<{ suggestion: string }>({
  code: 'SM0014',
  severity: 'error',
  message: () => 'the percent sign is separated from its number',
  help: ({ suggestion }) => `write them together: \`${suggestion}\``,
  explain: {
    title: 'a space before a percent sign',
    why: 'A share is one word, `90%`, as a suffix is part of its number. One spelling keeps line diffs free of changes that mean nothing.',
    wrong: 'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl") }\nmixture all { 100 % web }\n',
    right: 'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl") }\nmixture all { 100% web }\n',
  },
});

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}

export const spaceBeforeSuffix = defineRow<{ suffix: string; suggestion: string }>({
  code: 'SM0015',
  severity: 'error',
  message: ({ suffix }) => `the suffix \`${suffix}\` is separated from its number`,
  help: ({ suggestion }) => `write them together, directly after the number: \`${suggestion}\``,
  explain: {
    title: 'a space before a suffix',
    why: 'k, M, B and T (and Ki, Mi, Gi, Ti) are part of a number, as the exponent is. A word after a space is a unit, and T is none: tokens are written `11T tokens`, or `11T` where nothing else fits.',
    wrong: 'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl"), size = 1.3 T tokens }\n',
    right: 'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl"), size = 1.3T tokens }\n',
  },
});
