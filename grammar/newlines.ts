/**
 * The newline rule of language.md section 2: a newline ends an item, except inside ( ) and [ ] and after `{`, `,`, an operator
 * or one of the words that must go on. What is left of the newlines separates entries, as commas do inside { }.
 */
import { type IToken, type TokenType, tokenMatcher } from 'chevrotain';
import { entryWords, foundWords } from './expected-words.ts';
import { endOf, makeToken } from './lexical-faults.ts';
import type { ProblemList } from './problem-list.ts';
import {
  And,
  At,
  Comma,
  DotDot,
  Else,
  Equal,
  Equals,
  Greater,
  GreaterEqual,
  In,
  LCurly,
  Less,
  LessEqual,
  LParen,
  LSquare,
  Matches,
  Minus,
  Name,
  NewLine,
  Not,
  NotEqual,
  Numeral,
  Or,
  Per,
  Percent,
  Plus,
  RCurly,
  RParen,
  RSquare,
  Slash,
  Star,
  Where,
  Word,
} from './tokens.ts';

const GOES_ON: ReadonlySet<TokenType> = new Set([
  LCurly,
  Comma,
  DotDot,
  Equals,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Plus,
  Minus,
  Star,
  Slash,
  And,
  Or,
  Not,
  In,
  Matches,
  Per,
  At,
  Where,
  Else,
  NewLine,
]);
/** Whether an entry goes on after a token of this type whatever comes: a newline there ends nothing. */
export function goesOn(type: TokenType): boolean {
  return GOES_ON.has(type);
}

const OPENERS: ReadonlySet<TokenType> = new Set([LCurly, LParen, LSquare]);
const CLOSERS: ReadonlySet<TokenType> = new Set([RCurly, RParen, RSquare]);

interface Level {
  readonly opener: TokenType;
  /** The first word of the entry that opened it. */
  readonly keyword: string;
}

/**
 * Applies the newline rule to balanced tokens. Reports empty commas, braces on a line of their own, and entries that begin
 * with something no entry begins with; those get a nameless, tainted name in front, so that the parser enters and leaves them.
 */
export function applyNewLines(tokens: readonly IToken[], problems: ProblemList, tainted: Set<IToken>): IToken[] {
  const out: IToken[] = [];
  const levels: Level[] = [];
  let entryStart: IToken | null = null;
  for (const [index, token] of tokens.entries()) {
    const type = token.tokenType;
    const inList = levels.length > 0 && levels.at(-1)!.opener !== LCurly;
    if (type === NewLine) {
      if (!inList && separates(tokens, index, out)) out.push(token);
      continue;
    }
    if (type === Comma && !keepsComma(token, levels, out, problems)) continue;
    if (type === LCurly && out.at(-1)?.tokenType === NewLine) {
      problems.add({ problem: 'brace-on-next-line' }, token.startOffset, endOf(token));
      dropNewLines(out);
    }
    if (type === RCurly) dropNewLines(out);
    const startsEntry = !inList && (out.length === 0 || isSeparator(out.at(-1)!));
    if (startsEntry && type !== RCurly && type !== Comma) {
      entryStart = token;
      if (!canStartEntry(token)) {
        reportEntry(token, tokens[index + 1], levels, problems);
        out.push(placeholderAt(token, tainted));
      }
    }
    out.push(token);
    if (OPENERS.has(type)) levels.push({ opener: type, keyword: openingWord(entryStart) });
    if (CLOSERS.has(type)) levels.pop();
  }
  dropNewLines(out);
  return out;
}

function separates(tokens: readonly IToken[], index: number, out: readonly IToken[]): boolean {
  const previous = out.at(-1);
  if (previous?.tokenType === Equals) return tokens[index - 1] === previous && beginsAttribute(tokens, index);
  return previous !== undefined && !GOES_ON.has(previous.tokenType);
}

/** `layers =` with `hidden = 2048` on the next line: a value is missing, and the next line stands for itself. */
function beginsAttribute(tokens: readonly IToken[], newLine: number): boolean {
  let next = newLine;
  while (tokens[next]?.tokenType === NewLine) next++;
  return next + 1 < tokens.length && tokenMatcher(tokens[next]!, Word) && tokens[next + 1]!.tokenType === Equals;
}

function keepsComma(token: IToken, levels: readonly Level[], out: IToken[], problems: ProblemList): boolean {
  const previous = out.at(-1);
  if (!previous || isSeparator(previous) || OPENERS.has(previous.tokenType)) {
    problems.add({ problem: 'empty-comma' }, token.startOffset, endOf(token));
    return false;
  }
  if (levels.length > 0) return true;
  const fault = { problem: 'unexpected', found: '`,`', expected: ['a new line'], within: 'the file' } as const;
  problems.add(fault, token.startOffset, endOf(token));
  out.push(makeToken(NewLine, '', token.startOffset, endOf(token)));
  return false;
}

function isSeparator(token: IToken): boolean {
  return token.tokenType === NewLine || token.tokenType === Comma || token.tokenType === LCurly;
}

function canStartEntry(token: IToken): boolean {
  return tokenMatcher(token, Word) || tokenMatcher(token, Numeral) || tokenMatcher(token, Percent);
}

function reportEntry(token: IToken, next: IToken | undefined, levels: readonly Level[], problems: ProblemList): void {
  if (problems.touches(token.startOffset, endOf(token))) return;
  const isAmount = next && (tokenMatcher(next, Percent) || tokenMatcher(next, Numeral));
  if (token.tokenType === Minus && isAmount) {
    problems.add({ problem: 'negative-amount', text: `-${next.image}` }, token.startOffset, endOf(next));
    return;
  }
  const opener = levels.at(-1)?.keyword ?? null;
  const within = opener === null ? 'the file' : opener === '' ? 'a block' : `\`${opener}\``;
  const fault = { problem: 'unexpected', found: foundWords(token), expected: entryWords(opener), within } as const;
  problems.add(fault, token.startOffset, endOf(token));
}

/** A nameless name, so that the parser enters the entry and leaves it. */
function placeholderAt(token: IToken, tainted: Set<IToken>): IToken {
  const placeholder = makeToken(Name, '', token.startOffset, token.startOffset);
  tainted.add(placeholder);
  return placeholder;
}

/** Words that a share may begin with. */
const shareWords = ['rest', 'once', 'by_size'];

function openingWord(entryStart: IToken | null): string {
  if (entryStart === null) return '';
  return tokenMatcher(entryStart, Word) && !shareWords.includes(entryStart.image) ? entryStart.image : 'share';
}

function dropNewLines(tokens: IToken[]): void {
  while (tokens.at(-1)?.tokenType === NewLine) tokens.pop();
}
