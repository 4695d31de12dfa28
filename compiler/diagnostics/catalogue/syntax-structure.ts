import { formatCount } from '../../report/format-number.ts';
import { defineRow } from '../catalogue-row.ts';
import { sampleHeader, sampleModel, samplePretrain, sampleWeb } from './sample-recipe.ts';

/** Syntax: the file and its blocks (SM0020 to SM0028). */

const header = 'recipe example\nlanguage = 1\n';
const smallest = [sampleHeader, sampleWeb, sampleModel(), samplePretrain(['100% web'])].join('\n');

export const missingHeader = defineRow<{ isEmpty: boolean }>({
  code: 'SM0020',
  severity: 'error',
  message: ({ isEmpty }) => (isEmpty ? 'the file is empty' : 'the file does not start with `recipe NAME`'),
  help: ({ isEmpty }) =>
    isEmpty
      ? 'a smallest recipe has a line `recipe NAME`, a `tokenizer`, a `dataset`, a `model` and a `pretrain` block; `smol explain SM0020` shows one'
      : 'begin with a line such as `recipe my_run`',
  explain: {
    title: 'a file without its header',
    why: 'The first line names the recipe. Plans, run folders and reports carry that name, and a file without it is most likely another kind of file.',
    wrong: smallest.replace(/^recipe .*\n/, ''),
    right: smallest,
  },
});

export const otherFormat = defineRow<{ format: string }>({
  code: 'SM0028',
  severity: 'error',
  message: ({ format }) => `the file is ${format}, not a recipe`,
  help: () => 'give the `.smol` file; `smol explain SM0020` shows a small one',
  explain: {
    title: 'a file of another language',
    why: 'A recipe starts with `recipe NAME`, writes `name = value` and has blocks with a word before their brace. Configurations of other trainers are not read as recipes: what their keys mean would have to be guessed.',
    wrong: '{\n  "model": { "num_hidden_layers": 24 },\n  "learning_rate": 1e-4\n}\n',
    right: smallest,
  },
});

export const braceOnNextLine = defineRow<Record<string, never>>({
  code: 'SM0021',
  severity: 'error',
  message: () => 'the brace that opens a block stands on a line of its own',
  help: () => 'put `{` at the end of the line before',
  explain: {
    title: 'an opening brace on the next line',
    why: 'A new line ends an entry, so a block keeps its brace on the line of its name. There is one way to lay a block out, and `smol fmt` never has to choose.',
    wrong: `${header}\ndataset web\n{\n  source = local("web/*.jsonl")\n}\n`,
    right: `${header}\ndataset web {\n  source = local("web/*.jsonl")\n}\n`,
  },
});

export const emptyComma = defineRow<Record<string, never>>({
  code: 'SM0022',
  severity: 'error',
  message: () => 'nothing stands before this comma',
  help: () => 'remove the comma, or write what is missing',
  explain: {
    title: 'a comma without an entry',
    why: 'Two commas in a row are most often a line that was lost in an edit. One comma after the last entry is fine.',
    wrong: `${header}\ndataset web { source = local("web/*.jsonl"),, domain = web }\n`,
    right: `${header}\ndataset web { source = local("web/*.jsonl"), domain = web }\n`,
  },
});

export const unclosed = defineRow<{ opener: '{' | '(' | '[' }>({
  code: 'SM0023',
  severity: 'error',
  message: ({ opener }) => `this \`${opener}\` is never closed`,
  help: ({ opener }) => `add \`${{ '{': '}', '(': ')', '[': ']' }[opener]}\` where it ends`,
  explain: {
    title: 'a brace, parenthesis or bracket that is never closed',
    why: 'Everything up to the missing mark belongs to the inner block, so that what follows is read in the wrong place. The indentation that you meant usually shows where the mark is missing.',
    wrong: `${header}\ndataset web {\n  source = local("web/*.jsonl")\n`,
    right: `${header}\ndataset web {\n  source = local("web/*.jsonl")\n}\n`,
  },
});

export const unmatchedClose = defineRow<{ closer: '}' | ')' | ']' }>({
  code: 'SM0024',
  severity: 'error',
  message: ({ closer }) => `this \`${closer}\` closes nothing`,
  help: ({ closer }) => `remove it, or open what it closes with \`${{ '}': '{', ')': '(', ']': '[' }[closer]}\``,
  explain: {
    title: 'a closing mark without its opening one',
    why: 'Often a block was closed one line too early, and its last entries stand outside it.',
    wrong: `${header}\ndataset web { source = local("web/*.jsonl") }\n}\n`,
    right: `${header}\ndataset web { source = local("web/*.jsonl") }\n`,
  },
});

export const nestingTooDeep = defineRow<{ limit: number }>({
  code: 'SM0025',
  severity: 'error',
  message: ({ limit }) => `blocks, groups or parentheses are nested more than ${limit} deep`,
  help: () => 'give the inner part a name of its own (a mixture, or a `let`)',
  explain: {
    title: 'nesting beyond the limit',
    why: 'No recipe that a person can read comes near the limit; a file that passes it was made by a faulty program. The limit keeps such a file from taking all memory.',
    wrong: `${header}\nseed = ${'('.repeat(500)}42${')'.repeat(500)}\n`,
    right: `${header}\nseed = (42)\n`,
  },
});

export const fileTooLarge = defineRow<{ bytes: number; limit: number; tokens?: number }>({
  code: 'SM0026',
  severity: 'error',
  message: ({ bytes, limit, tokens }) =>
    tokens === undefined
      ? `the file has ${formatCount(bytes)} bytes; a recipe may have ${formatCount(limit)}`
      : `the file has more than ${formatCount(tokens)} words, numbers and signs, the most that a recipe may have`,
  help: () => 'check that this is a recipe and not data; split long lists into files and bring them in with `use`',
  explain: {
    title: 'a file too large to be a recipe',
    why: 'The longest recipes have some thousand lines. A larger file is most likely a data file given by mistake, and reading it as a recipe would only give a flood of errors.',
    // A megabyte, made only for who reads the page.
    get wrong() {
      return `${header}\n${`# ${'-'.repeat(1020)}\n`.repeat(1_100)}`;
    },
    right: header,
  },
});

export const unexpected = defineRow<{ found: string; expected: readonly string[]; within: string }>({
  code: 'SM0027',
  severity: 'error',
  message: ({ found, within }) =>
    found.startsWith('the end of ')
      ? `${found} comes too early, in ${within}`
      : `${found} cannot stand here, in ${within}`,
  label: ({ expected }) => (isShort(expected) ? `expected ${alternatives(expected)}` : null),
  help: ({ expected }) => (expected.length === 0 || isShort(expected) ? null : `write ${alternatives(expected)}`),
  explain: {
    title: 'something that cannot stand where it stands',
    why: 'The text does not follow the grammar at this place. The caret marks the first thing that does not fit; what is missing may stand just before it.',
    wrong: `${header}\nseed = = 42\n`,
    right: `${header}\nseed = 42\n`,
  },
});

/** Whether all that could stand there fits beside the caret. */
function isShort(expected: readonly string[]): boolean {
  return expected.length > 0 && alternatives(expected).length <= 40;
}

/** "a, b or c", at most six of them. */
function alternatives(words: readonly string[]): string {
  if (words.length > 6) return `${words.slice(0, 6).join(', ')} or others`;
  const last = words[words.length - 1]!;
  return words.length === 1 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
