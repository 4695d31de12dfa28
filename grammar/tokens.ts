/**
 * The tokens of language.md section 2. One function makes every token; `TOKENS` is the list in the order the lexer tries it.
 *
 * Keywords are contextual: each is also a `Name`, and may stand wherever a name may, except the reserved ones, which are only
 * a `Word` (what may stand before `=`). Tokens named after a mistake (`BadNumber`, `Semicolon`, …) exist so that the lexer
 * always has a token with a true span to complain about; they belong to the category they were meant to be.
 */
import { createToken, Lexer, type TokenType } from 'chevrotain';
import type { BlockKind } from './ast.ts';

interface TokenOptions {
  readonly categories?: readonly TokenType[];
  readonly group?: string;
  /** The characters that a regular expression's matches start with: chevrotain would parse it at each start to find out. */
  readonly startsWith?: readonly (string | number)[];
}

type Pattern = RegExp | string | ((text: string, offset: number) => RegExpExecArray | null);

/** Makes a token. A pattern that is a plain word gives way to a longer name by itself. */
function token(name: string, pattern: Pattern, options: TokenOptions = {}): TokenType {
  const isWord = typeof pattern === 'string' && /^[A-Za-z_]+$/.test(pattern);
  return createToken({
    name,
    pattern: typeof pattern === 'function' ? { exec: pattern } : pattern,
    line_breaks: false,
    ...(isWord ? { longer_alt: Name } : {}),
    ...(options.categories ? { categories: [...options.categories] } : {}),
    ...(options.group ? { group: options.group } : {}),
    ...(options.startsWith ? { start_chars_hint: [...options.startsWith] } : {}),
  });
}

function category(name: string): TokenType {
  return createToken({ name, pattern: Lexer.NA });
}

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].flatMap((letter) => [letter, letter.toLowerCase()]);
const DIGITS = [...'0123456789'];

/** A name or any keyword: what may stand before `=`. */
export const Word = category('Word');
/** The words that open a block. */
export const Kind = category('Kind');
/** What ends an entry inside braces: a comma or a newline. */
export const Separator = category('Separator');
export const Comparison = category('Comparison');
/** `+` and `-`. */
export const Additive = category('Additive');
/** `*` and `/`. */
export const Multiplicative = category('Multiplicative');
/** `true` and `false`. */
export const Truth = category('Truth');
export const Name: TokenType = token('Name', /[A-Za-z_][A-Za-z0-9_]*/, {
  categories: [Word],
  startsWith: ['_', ...LETTERS],
});

function keyword(text: string, kinds: readonly TokenType[] = []): TokenType {
  return token(text[0]!.toUpperCase() + text.slice(1), text, { categories: [Name, ...kinds] });
}

function reserved(text: string, kinds: readonly TokenType[] = []): TokenType {
  return token(text[0]!.toUpperCase() + text.slice(1), text, { categories: [Word, ...kinds] });
}

export const BLOCK_KINDS: readonly BlockKind[] = [
  'dataset',
  'mixture',
  'classifier',
  'model',
  'pretrain',
  'stage',
  'sft',
  'dpo',
  'evaluate',
  'ablation',
  'arm',
  'cluster',
  'profile',
];

export const Recipe = keyword('recipe');
export const Extends = keyword('extends');
export const From = keyword('from');
export const Use = keyword('use');
export const Let = keyword('let');
export const Take = keyword('take');
export const All = keyword('all');
export const Keep = keyword('keep');
export const Drop = keyword('drop');
export const Dedup = keyword('dedup');
export const Decontaminate = keyword('decontaminate');
export const Score = keyword('score');
export const Sample = keyword('sample');
export const Expect = keyword('expect');
export const Warn = keyword('warn');
export const Stop = keyword('stop');
export const Allow = keyword('allow');
export const Count = keyword('count');
export const By = keyword('by');
export const Once = keyword('once');
export const BySize = keyword('by_size');

export const True = reserved('true', [Truth]);
export const False = reserved('false', [Truth]);
export const And = reserved('and');
export const Or = reserved('or');
export const Not = reserved('not');
export const In = reserved('in');
export const Matches = reserved('matches');
export const Where = reserved('where');
export const At = reserved('at');
export const Per = reserved('per');
export const Else = reserved('else');
export const Normalized = reserved('normalized');
export const Rounded = reserved('rounded');
export const Rest = reserved('rest');

/** Words that name nothing, though they may stand before `=`. */
export const RESERVED_WORDS: readonly TokenType[] = [
  True,
  False,
  And,
  Or,
  Not,
  In,
  Matches,
  Where,
  At,
  Per,
  Else,
  Normalized,
  Rounded,
  Rest,
];

const KEYWORDS: readonly TokenType[] = [
  Recipe,
  Extends,
  From,
  Use,
  Let,
  Take,
  All,
  Keep,
  Drop,
  Dedup,
  Decontaminate,
  Score,
  Sample,
  Expect,
  Warn,
  Stop,
  Allow,
  Count,
  By,
  Once,
  BySize,
  ...RESERVED_WORDS,
  ...BLOCK_KINDS.map((kind) => keyword(kind, [Kind])),
];

const NUMBER = String.raw`\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?(?:[KMGT]i|[kMBT])?`;
/** A whole well-formed number, as `0.5`, `10_000`, `5e-4`, `11T`. */
export const NUMBER_PATTERN = new RegExp(`^${NUMBER}$`);
/** What looks like a number: digits with letters, points and signed exponents in any order. */
const NUMBER_LIKE = String.raw`\.?\d(?:[eE][+-]\d|\.(?!\.)|\w)*`;

export const Percent = token('Percent', new RegExp(`${NUMBER}%`), { startsWith: DIGITS });
export const Numeral = token('Numeral', new RegExp(`${NUMBER}(?![A-Za-z0-9_]|\\.\\d|\\.(?!\\.))`), {
  startsWith: DIGITS,
});
export const BadPercent = token('BadPercent', new RegExp(`${NUMBER_LIKE}%`), {
  categories: [Percent],
  startsWith: ['.', ...DIGITS],
});
export const BadNumber = token('BadNumber', new RegExp(NUMBER_LIKE), {
  categories: [Numeral],
  startsWith: ['.', ...DIGITS],
});

export const RawText = token('RawText', /"""[\s\S]*?"""/, { startsWith: ['"'] });
export const UnterminatedText = token('UnterminatedText', /"""[\s\S]*/, {
  categories: [RawText],
  startsWith: ['"'],
});
export const Quoted = token('Quoted', /"(?:\\[^\r\n]|[^"\\\r\n])*"/, { startsWith: ['"'] });
export const UnterminatedString = token('UnterminatedString', matchUnterminatedString, {
  categories: [Quoted],
  startsWith: ['"'],
});
export const WrongQuotes = token('WrongQuotes', /'[^'\r\n]*'|[\u201C-\u201F][^\u201C-\u201F\r\n]*[\u201C-\u201F]/, {
  categories: [Quoted],
  startsWith: ["'", '\u201C', '\u201D', '\u201E', '\u201F'],
});

/** Up to the end of the line, without the closing brackets, commas and blanks there: those were hardly meant as text. */
function matchUnterminatedString(text: string, offset: number): RegExpExecArray | null {
  if (text[offset] !== '"') return null;
  let end = offset;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++;
  while (end > offset + 1 && ' \t,)]}'.includes(text[end - 1]!)) end--;
  return Object.assign([text.slice(offset, end)] as [string], { index: offset, input: text });
}

export const WhiteSpace = token('WhiteSpace', /[ \t]+/, { group: Lexer.SKIPPED, startsWith: [' ', '\t'] });
export const COMMENTS = 'comments';
export const Comment = token('Comment', /#[^\r\n]*/, { group: COMMENTS, startsWith: ['#'] });
export const SlashComment = token('SlashComment', /\/\/[^\r\n]*/, { startsWith: ['/'] });
export const NewLine = token('NewLine', /\r?\n/, { categories: [Separator], startsWith: ['\r', '\n'] });

export const Ellipsis = token('Ellipsis', /\.{3,}|\u2026/, { startsWith: ['.', '\u2026'] });
export const DotDot = token('DotDot', '..');
export const Dot = token('Dot', '.');
export const Equals = token('Equals', '=');
export const Equal = token('Equal', '==', { categories: [Comparison] });
export const NotEqual = token('NotEqual', '!=', { categories: [Comparison] });
export const LessEqual = token('LessEqual', '<=', { categories: [Comparison] });
export const GreaterEqual = token('GreaterEqual', '>=', { categories: [Comparison] });
export const Less = token('Less', '<', { categories: [Comparison] });
export const Greater = token('Greater', '>', { categories: [Comparison] });
export const Plus = token('Plus', '+', { categories: [Additive] });
export const Minus = token('Minus', '-', { categories: [Additive] });
export const Star = token('Star', '*', { categories: [Multiplicative] });
export const Slash = token('Slash', '/', { categories: [Multiplicative] });
export const LParen = token('LParen', '(');
export const RParen = token('RParen', ')');
export const LSquare = token('LSquare', '[');
export const RSquare = token('RSquare', ']');
export const LCurly = token('LCurly', '{');
export const RCurly = token('RCurly', '}');
export const Comma = token('Comma', ',', { categories: [Separator] });
export const PercentSign = token('PercentSign', '%');
export const Semicolon = token('Semicolon', ';');
export const ColonEquals = token('ColonEquals', ':=');
export const Colon = token('Colon', ':');

/** Any other character (a surrogate pair is one), so that the lexer itself never fails. */
export const Stray = token('Stray', /[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S]/, {
  // Chevrotain keeps one list of tokens for each code below 256 and for each block of 255 above.
  startsWith: Array.from({ length: 256 + 256 }, (_, slot) => (slot < 256 ? slot : (slot - 255) * 255)),
});

/** Every token, in the order the lexer tries them: a longer one before a shorter one that begins it. */
export const TOKENS: readonly TokenType[] = [
  WhiteSpace,
  NewLine,
  Comment,
  SlashComment,
  // `to` would hide `tokens`: chevrotain wants longer words first.
  ...[...KEYWORDS].sort((a, b) => String(b.PATTERN).length - String(a.PATTERN).length),
  Name,
  Percent,
  Numeral,
  Ellipsis,
  DotDot,
  BadPercent,
  BadNumber,
  Dot,
  RawText,
  UnterminatedText,
  Quoted,
  UnterminatedString,
  WrongQuotes,
  Equal,
  NotEqual,
  LessEqual,
  GreaterEqual,
  Equals,
  Less,
  Greater,
  Plus,
  Minus,
  Star,
  Slash,
  LParen,
  RParen,
  LSquare,
  RSquare,
  LCurly,
  RCurly,
  Comma,
  PercentSign,
  Semicolon,
  ColonEquals,
  Colon,
  Stray,
  Word,
  Kind,
  Separator,
  Comparison,
  Additive,
  Multiplicative,
  Truth,
];
