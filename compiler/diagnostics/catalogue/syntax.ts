import { defineRow } from '../catalogue-row.ts';

/** Syntax, first part: characters, strings and numbers (SM0001 to SM0008). */

const characterAdvice: Readonly<Record<string, string>> = {
  ';': 'end an entry with a new line or, inside braces, a comma',
  "'": 'write strings in double quotes',
  '\u2018': 'write strings in straight double quotes',
  '\u2019': 'write strings in straight double quotes',
  '\u201c': 'write strings in straight double quotes: "',
  '\u201d': 'write strings in straight double quotes: "',
  '\u2013': 'write the minus sign as `-` and a range as `..`',
  '\u2212': 'write the minus sign as `-`',
  '\u00d7': 'write the multiplication sign as `*`',
  '\u2026': 'write a range with two dots: `0..6T`',
  '\u00a0': 'this is a no-break space: write an ordinary space',
  ':': 'an attribute is written `name = value`',
  '@': 'quote it: names hold letters, digits and `_` only',
  '/': 'a comment starts with `#`',
  '-': 'join words of a name with `_`; quote anything else',
};

/** A character as people can see it: invisible ones by number. */
function showCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const number = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  if (/[\p{C}\p{Z}]/u.test(character)) return number;
  return code < 128 ? `\`${character}\`` : `\`${character}\` (${number})`;
}

export const unexpectedCharacter = defineRow<{ character: string }>({
  code: 'SM0001',
  severity: 'error',
  message: ({ character }) => `the character ${showCharacter(character)} means nothing here`,
  help: ({ character }) => characterAdvice[character] ?? 'remove it, or put it inside a string: "..."',
  explain: {
    title: 'a character that the language does not use',
    why: 'Outside strings and comments a recipe is made of names, numbers, strings and a few marks. Characters pasted from a paper or a chat, such as curly quotes, long dashes or semicolons, look right and mean nothing, so they are pointed out instead of skipped.',
    wrong: 'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl"); domain = web }\n',
    right: 'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl"), domain = web }\n',
  },
});

export const unterminatedString = defineRow<{ text: boolean }>({
  code: 'SM0002',
  severity: 'error',
  message: ({ text }) => (text ? 'this text never ends' : 'this string does not end on its line'),
  label: () => 'starts here',
  help: ({ text }) =>
    text ? 'close it with `"""`' : 'close it with `"`; text of several lines stands between `"""` and `"""`',
  explain: {
    title: 'a string without its closing quote',
    why: 'A string ends on the line where it starts. Without this rule one forgotten quote would swallow the rest of the file and the error would be shown far from its cause.',
    wrong: 'recipe example\nlanguage = 1\n\ndataset web {\n  source = local("web/*.jsonl)\n}\n',
    right: 'recipe example\nlanguage = 1\n\ndataset web {\n  source = local("web/*.jsonl")\n}\n',
  },
});

export const invalidEscape = defineRow<{ escape: string }>({
  code: 'SM0003',
  severity: 'error',
  message: ({ escape }) => `\`${escape}\` is no escape that strings know`,
  help: ({ escape }) =>
    `write a backslash as \`\\\\\`${escape.startsWith('\\u') ? '; `\\u` takes four hexadecimal digits' : ''}; known are \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX`,
  explain: {
    title: 'an unknown escape in a string',
    why: 'Strings use the escapes of JSON. An unknown one is most often a Windows path or a regular expression whose backslashes should be doubled; guessing would change which files are read.',
    wrong: 'recipe example\nlanguage = 1\n\ndataset web { source = local("data\\web.jsonl") }\n',
    right: 'recipe example\nlanguage = 1\n\ndataset web { source = local("data/web.jsonl") }\n',
  },
});

export const malformedNumber = defineRow<{ text: string; suggestion: string | null }>({
  code: 'SM0004',
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
  code: 'SM0005',
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

export const suffixWithExponent = defineRow<{ text: string; suggestion: string }>({
  code: 'SM0006',
  severity: 'error',
  message: ({ text }) => `\`${text}\` has both an exponent and a suffix`,
  help: ({ suggestion }) => `if T, B, M or k stands for the unit tokens, write \`${suggestion}\`; else drop one of the two`,
  explain: {
    title: 'an exponent together with a suffix',
    why: 'Some tools read `2e12T` as 2 x 10^12 tokens, with T for tokens. Here T multiplies by 10^12, so the same text would be 2 x 10^24. Both readings are possible and they are a trillion apart, so the recipe has to say which.',
    wrong: 'recipe example\nlanguage = 1\n\npretrain { tokens = 2e12T }\n',
    right: 'recipe example\nlanguage = 1\n\npretrain { tokens = 2T }\n',
  },
});

export const numberOutOfRange = defineRow<{ text: string }>({
  code: 'SM0007',
  severity: 'error',
  message: ({ text }) => `\`${shorten(text)}\` is beyond what a recipe can hold`,
  help: () => 'check the exponent and the number of digits',
  explain: {
    title: 'a number beyond all bounds',
    why: 'Numbers are kept exactly, digit by digit. A bound on digits and exponent keeps a slip of the finger (`5e400`) from taking all memory.',
    wrong: 'recipe example\nlanguage = 1\n\npretrain { tokens = 11e99999 }\n',
    right: 'recipe example\nlanguage = 1\n\npretrain { tokens = 11e12 }\n',
  },
});

export const spaceBeforePercent = defineRow<Record<string, never>>({
  code: 'SM0008',
  severity: 'error',
  message: () => 'the percent sign is separated from its number',
  help: () => 'write them together: `90%`',
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
