import { defineRow } from '../catalogue-row.ts';

/** Syntax: characters and strings (SM0001 to SM0006). */

const characterAdvice: Readonly<Record<string, string>> = {
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

/** Characters as people can see them: invisible ones by number, others that no keyboard has with it. */
function showCharacters(written: string): string {
  const numbers = [...written].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
  const shown = numbers.slice(0, 4).join(' ') + (numbers.length > 4 ? ' ...' : '');
  if (/[\p{C}\p{Z}]/u.test(written)) return shown;
  return /^[ -~]*$/.test(written) ? `\`${written}\`` : `\`${written}\` (${shown})`;
}

export const unexpectedCharacter = defineRow<{ character: string }>({
  code: 'SM0001',
  severity: 'error',
  message: ({ character }) => `${showCharacters(character)} means nothing here`,
  help: ({ character }) => characterAdvice[[...character][0] ?? ''] ?? 'remove it, or put it inside a string: "..."',
  explain: {
    title: 'a character that the language does not use',
    why: 'Outside strings and comments a recipe is made of names, numbers, strings and a few marks. Characters pasted from a paper or a chat, such as long dashes, a multiplication sign or invisible spaces, look right and mean nothing, so they are pointed out instead of skipped.',
    wrong: 'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl"), domain = @web }\n',
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
  message: ({ escape: written }) => `\`${written}\` is no escape that strings know`,
  help: ({ escape: written }) =>
    `write a backslash as \`\\\\\`${written.startsWith('\\u') ? '; `\\u` takes four hexadecimal digits' : ''}; known are \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX`,
  explain: {
    title: 'an unknown escape in a string',
    why: 'Strings use the escapes of JSON. An unknown one is most often a Windows path or a regular expression whose backslashes should be doubled; guessing would change which files are read.',
    wrong: 'recipe example\nlanguage = 1\n\nallow SM6102 "counted in C:\\data"\n',
    right: 'recipe example\nlanguage = 1\n\nallow SM6102 "counted in C:\\\\data"\n',
  },
});

export const wrongQuotes = defineRow<{ suggestion: string }>({
  code: 'SM0004',
  severity: 'error',
  message: () => 'strings stand in straight double quotes',
  help: ({ suggestion }) => `write ${suggestion}`,
  explain: {
    title: 'a string in other quotes',
    why: 'A string has one spelling, so that the same recipe is always the same text. Curly quotes come from word processors and chats.',
    wrong: "recipe example\nlanguage = 1\n\ndataset web { source = local('web/*.jsonl') }\n",
    right: 'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl") }\n',
  },
});

export const slashComment = defineRow<Record<string, never>>({
  code: 'SM0005',
  severity: 'error',
  message: () => 'a comment starts with `#`',
  help: () => 'write `#` in place of the slashes; `##` makes it the documentation of what follows',
  explain: {
    title: 'a comment that starts with slashes',
    why: 'A single slash divides, so comments have a mark of their own: `#`.',
    wrong: 'recipe example\nlanguage = 1\n\nseed = 42  // any number\n',
    right: 'recipe example\nlanguage = 1\n\nseed = 42  # any number\n',
  },
});

export const semicolon = defineRow<Record<string, never>>({
  code: 'SM0006',
  severity: 'error',
  message: () => 'entries are not separated by semicolons',
  help: () => 'end an entry with a new line or, inside braces, with a comma',
  explain: {
    title: 'a semicolon',
    why: 'A new line ends an entry, and inside braces a comma does the same. A second separator would only make files differ in looks.',
    wrong: 'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl"); domain = web }\n',
    right: 'recipe example\nlanguage = 1\n\ndataset web { source = local("web/*.jsonl"), domain = web }\n',
  },
});
