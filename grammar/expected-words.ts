/** What could stand at a place, in the words of somebody who writes recipes; never the name of a token. */
import { EOF, type IToken } from 'chevrotain';
import { NewLine } from './tokens.ts';

const ATTRIBUTE = 'an attribute such as `layers = 24`';
const SHARE = 'a share such as `60% fineweb_edu`';

const ENTRY_WORDS: Readonly<Record<string, readonly string[]>> = {
  dataset: [
    'an attribute such as `source = hf("HuggingFaceFW/fineweb-edu")`',
    'a step such as `keep where tokens >= 8192`',
    'rows such as `take 431k magpie_ultra`',
  ],
  use: ['a name'],
  mixture: [SHARE],
  arm: [SHARE],
  share: [SHARE],
  stage: [SHARE, 'an attribute such as `sequence = 8192`'],
  pretrain: ['an attribute such as `tokens = 11T`', 'a block such as `stage long 6T..8T { … }`', SHARE],
  evaluate: ['an attribute such as `at = [pretrain.end]`', 'an expectation such as `expect mmlu > 25%`'],
  ablation: ['an attribute such as `tokens = 100B`', 'an arm such as `arm math { 100% finemath }`'],
  profile: ['an attribute such as `seed = 42`', 'a block such as `pretrain { … }`'],
};

const ITEM_WORDS = ['a block such as `dataset web { … }`', 'an attribute such as `seed = 42`'];

/** What an entry can be. `opener` is the word that opens the block around it, `share` in a group, null at the top level. */
export function entryWords(opener: string | null): readonly string[] {
  return opener === null ? ITEM_WORDS : (ENTRY_WORDS[opener] ?? [ATTRIBUTE]);
}

const VALUE = 'a value such as `11T`, `90%`, `"text"`, `true`, `[a, b]` or `adamw(beta1 = 0.9)`';
const COMPARED = 'a column, number or text such as `tokens`, `8192` or `"en"`';

/** What can stand where a rule of the grammar found nothing it knows. */
const ALTERNATIVE_WORDS: Readonly<Record<string, readonly string[]>> = {
  primary: [VALUE],
  arg: [VALUE, 'a named one such as `shots = 5`'],
  take: ['`all`', 'a number of rows such as `431k`', 'a part such as `50%`'],
  sample: ['a part such as `10%`', 'a number of rows such as `30k rows`'],
  verb: ['a step such as `keep where tokens >= 8192`'],
  expect: ['`warn`', '`stop`'],
  range: ['a range such as `6T..8T`'],
  bound: ['a position such as `6T` or `(11T - 75B)`'],
  share: [SHARE],
  not: [COMPARED],
  operand: [COMPARED],
  compare: ['a comparison such as `>= 3`'],
};

/** What goes on after the first operand of a condition. */
export const CONDITION_WORDS: readonly string[] = [
  'a comparison such as `>= 3`',
  '`in` and a list',
  '`matches` and a text',
];

const KEYWORD_WORDS: Readonly<Record<string, readonly string[]>> = {
  use: ['names and a file, as in `use { web, code } from "base.smol"`'],
  let: ['a name and a value, as in `let warm = 2000 steps`'],
  allow: ['a code and a reason, as in `allow SM6004 "the paper repeats it"`'],
  take: ['an amount and a name, as in `take 431k magpie_ultra` or `take all chats`'],
  keep: ['`where` and a condition, as in `keep where tokens >= 8192`'],
  drop: ['`where` and a condition, as in `drop 90% where quality < 3`'],
  dedup: ['a method, as in `dedup minhash(bands = 14)`'],
  decontaminate: ['a method, as in `decontaminate ngram(n = 13)`'],
  score: ['a column and a classifier, as in `score math = classify("HuggingFaceTB/finemath-classifier")`'],
  sample: ['a part or a number of rows, as in `sample 10%` or `sample 30k rows`'],
  once: ['a dataset, as in `once open_web_math`'],
  by_size: ['a dataset, as in `by_size open_web_math`'],
  expect: ['a comparison, as in `expect mmlu > 25%`'],
};

/** What follows a word that begins an entry of its own form; null for other words. */
export function keywordWords(word: string): readonly string[] | null {
  return Object.hasOwn(KEYWORD_WORDS, word) ? KEYWORD_WORDS[word]! : null;
}

const TOKEN_WORDS: Readonly<Record<string, string>> = {
  Name: 'a name',
  Comparison: 'a comparison such as `>= 3`',
  Separator: 'a new line or `,`',
  EOF: 'a new line',
  Word: 'a name',
  Kind: 'a block such as `dataset web { … }`',
  Numeral: 'a number such as `2048`',
  Percent: 'a percentage such as `60%`',
  Quoted: 'a text in double quotes',
  RawText: 'a text in `"""`',
  Equals: '`=`',
  LCurly: '`{`',
  RCurly: '`}`',
  LParen: '`(`',
  RParen: '`)`',
  LSquare: '`[`',
  RSquare: '`]`',
  Comma: '`,`',
  DotDot: '`..`',
  Dot: '`.`',
};

/** Words for what a rule wanted; `token` is the one token it wanted, null where it had several ways to go on. */
export function expectedWords(rule: string, token: string | null): readonly string[] {
  if (token === null) return ALTERNATIVE_WORDS[rule] ?? [VALUE];
  if (rule === 'range' && token === 'DotDot') return ['`..` between two positions, as in `6T..8T`'];
  return [TOKEN_WORDS[token] ?? `\`${token.toLowerCase()}\``];
}

const WITHIN: Readonly<Record<string, string>> = {
  header: 'the first line',
  use: '`use`',
  let: '`let`',
  range: 'a range',
  bound: 'a range',
  share: 'a share',
  scaling: 'a share',
  take: '`take`',
  verb: 'a step',
  expect: '`expect`',
  allow: '`allow`',
  args: 'the arguments',
  arg: 'the arguments',
  list: 'a list',
  predicate: 'a condition',
  and: 'a condition',
  not: 'a condition',
  attribute: 'an attribute',
  head: 'the head of a block',
  block: 'a block',
};

/** The innermost part of the language, of those a person knows, in a stack of rules. */
export function withinWords(rules: readonly string[]): string {
  const known = rules.findLast((rule) => rule in WITHIN);
  return known === undefined ? 'the file' : WITHIN[known]!;
}

/** What stands there, to be shown in a message. */
export function foundWords(token: IToken): string {
  if (token.tokenType === EOF) return 'the end of the file';
  if (token.tokenType === NewLine || token.image === '') return 'the end of the line';
  const firstLine = token.image.split(/\r?\n/, 1)[0]!;
  const shown =
    firstLine.length > 40 || firstLine.length < token.image.length ? `${firstLine.slice(0, 39)}…` : firstLine;
  return `\`${shown}\``;
}
