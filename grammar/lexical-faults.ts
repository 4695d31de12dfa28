/**
 * What is wrong with single tokens. The tokens go on to the parser as what they were meant to be, so that one slip of the
 * keyboard is one problem; those whose value cannot be known are tainted, and what holds them is left out of the tree.
 */
import { createTokenInstance, type IToken, type TokenType, tokenMatcher } from 'chevrotain';
import { numberFault } from './exact-number.ts';
import type { ProblemList } from './problem-list.ts';
import { invalidEscapes } from './string-value.ts';
import {
  Comma,
  DotDot,
  Equals,
  LParen,
  LSquare,
  Minus,
  NewLine,
  Numeral,
  Percent,
  PercentSign,
  Plus,
  Quoted,
  RawText,
  RParen,
  RSquare,
  Semicolon,
  Slash,
  SlashComment,
  Star,
  Stray,
  UnterminatedString,
  UnterminatedText,
  WrongQuotes,
} from './tokens.ts';

/** The offset after the last character of a token. */
export function endOf(token: IToken): number {
  return token.endOffset! + 1;
}

/** A token that stands for `[start, end)` of the text, or, where both are equal, for something missing there. */
export function makeToken(type: TokenType, image: string, start: number, end: number): IToken {
  return createTokenInstance(type, image, start, end - 1, 0, 0, 0, 0);
}

/** Reports faulty tokens; gives back the tokens the parser sees and adds to `tainted` those without a known value. */
export function checkTokens(tokens: readonly IToken[], problems: ProblemList, tainted: Set<IToken>): IToken[] {
  const kept: IToken[] = [];
  let listDepth = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    const type = token.tokenType;
    if (type === Stray) index = skipStray(tokens, index, problems);
    else if (type === SlashComment) reportSlashComment(token, problems);
    else if (type === Semicolon) keepSemicolon(token, tokens[index + 1], kept, problems);
    else if (type === PercentSign) keepPercentSign(token, kept, problems, tainted);
    else kept.push(token);
    if (type === LParen || type === LSquare) listDepth++;
    if (type === RParen || type === RSquare) listDepth--;
    // Inside ( ) and [ ] a comma between numbers is what it looks like.
    if (listDepth <= 0 && tokenMatcher(token, Numeral)) index = joinThousands(tokens, index, kept, problems, tainted);
    if (token.tokenType === Numeral) index = joinSuffix(tokens, index, kept, problems);
    if (tokenMatcher(token, Numeral) || tokenMatcher(token, Percent)) checkNumber(kept.at(-1)!, problems, tainted);
    else if (tokenMatcher(token, Quoted) || tokenMatcher(token, RawText)) checkString(token, problems, tainted);
  }
  return kept;
}

/** A run of strange characters is one problem; gives the index of its last token. */
function skipStray(tokens: readonly IToken[], index: number, problems: ProblemList): number {
  let last = index;
  while (tokens[last + 1]?.tokenType === Stray && tokens[last + 1]!.startOffset === endOf(tokens[last]!)) last++;
  const start = tokens[index]!.startOffset;
  const shown = tokens.slice(index, Math.min(last + 1, index + 8)).map((token) => token.image);
  problems.add({ problem: 'unexpected-character', character: shown.join('') }, start, endOf(tokens[last]!));
  return last;
}

function reportSlashComment(token: IToken, problems: ProblemList): void {
  const suggestion = `# ${token.image.replace(/^\/+\s*/, '')}`.trimEnd();
  problems.add({ problem: 'slash-comment', suggestion }, token.startOffset, endOf(token));
}

/** At the end of a line a semicolon is dropped; elsewhere it separates as a comma would. */
function keepSemicolon(token: IToken, next: IToken | undefined, kept: IToken[], problems: ProblemList): void {
  problems.add({ problem: 'semicolon' }, token.startOffset, endOf(token));
  const separates = next && next.tokenType !== NewLine && next.tokenType !== Semicolon && next.image !== '}';
  if (separates) kept.push(makeToken(NewLine, '', token.startOffset, endOf(token)));
}

/** `5 %` becomes the percentage it was meant to be. */
function keepPercentSign(token: IToken, kept: IToken[], problems: ProblemList, tainted: Set<IToken>): void {
  const number = kept.at(-1);
  if (!number || !tokenMatcher(number, Numeral)) {
    problems.add({ problem: 'unexpected-character', character: '%' }, token.startOffset, endOf(token));
    return;
  }
  const start = number.startOffset;
  if (!tainted.has(number)) {
    problems.add({ problem: 'space-before-percent', suggestion: `${number.image}%` }, start, endOf(token));
  }
  kept[kept.length - 1] = makeToken(Percent, `${number.image}%`, start, endOf(token));
  if (tainted.has(number)) tainted.add(kept.at(-1)!);
}

/** `1,000` without blanks is a number with commas for thousands; gives the index of its last token. */
function joinThousands(
  tokens: readonly IToken[],
  index: number,
  kept: IToken[],
  problems: ProblemList,
  tainted: Set<IToken>,
): number {
  let last = index;
  if (!/^\d{1,3}$/.test(tokens[index]!.image)) return last;
  while (continuesThousands(tokens, last)) last += 2;
  if (last === index) return last;
  const start = tokens[index]!.startOffset;
  const parts = tokens.slice(index, last + 1).map((token) => token.image);
  const text = parts.join('');
  const suggestion = parts.filter((part) => part !== ',').join('_');
  problems.add({ problem: 'malformed-number', text, suggestion }, start, start + text.length);
  const joined = makeToken(Numeral, suggestion, start, start + text.length);
  kept[kept.length - 1] = joined;
  tainted.add(joined);
  return last;
}

/** Marks after which a number is a value, and not the share of a dataset that may have a suffix for its name. */
const beforeValues: ReadonlySet<TokenType> = new Set([Equals, Plus, Minus, Star, Slash, DotDot, LParen, LSquare]);

/** `11 T` becomes the number it was meant to be; gives the index of its last token. */
function joinSuffix(tokens: readonly IToken[], index: number, kept: IToken[], problems: ProblemList): number {
  const number = kept.at(-1)!;
  const before = kept.at(-2);
  const next = tokens[index + 1];
  const isSuffix = next !== undefined && /^(?:[kMBT]|[KMGT]i)$/.test(next.image) && !/[A-Za-z]/.test(number.image);
  if (!isSuffix || !before || !beforeValues.has(before.tokenType)) return index;
  const suggestion = number.image + next.image;
  problems.add({ problem: 'space-before-suffix', suggestion, suffix: next.image }, number.startOffset, endOf(next));
  kept[kept.length - 1] = makeToken(Numeral, suggestion, number.startOffset, endOf(next));
  return index + 1;
}

function continuesThousands(tokens: readonly IToken[], last: number): boolean {
  const comma = tokens[last + 1];
  const group = tokens[last + 2];
  return (
    comma?.tokenType === Comma &&
    group !== undefined &&
    comma.startOffset === endOf(tokens[last]!) &&
    group.startOffset === endOf(comma) &&
    /^\d{3}$/.test(group.image)
  );
}

function checkNumber(token: IToken, problems: ProblemList, tainted: Set<IToken>): void {
  if (tainted.has(token)) return;
  const fault = numberFault(token.image.replace(/%$/, ''));
  if (fault === null) return;
  tainted.add(token);
  problems.add(fault, token.startOffset, token.startOffset + token.image.replace(/%$/, '').length);
}

function checkString(token: IToken, problems: ProblemList, tainted: Set<IToken>): void {
  const { tokenType, startOffset, image } = token;
  if (tokenType === UnterminatedString || tokenType === UnterminatedText) {
    problems.add({ problem: 'unterminated-string' }, startOffset, endOf(token));
    tainted.add(token);
  } else if (tokenType === WrongQuotes) {
    problems.add(
      { problem: 'wrong-quotes', suggestion: JSON.stringify(image.slice(1, -1)) },
      startOffset,
      endOf(token),
    );
  } else if (tokenType === Quoted) {
    for (const { escape: written, offset } of invalidEscapes(image)) {
      const start = startOffset + offset;
      problems.add({ problem: 'invalid-escape', escape: written }, start, start + written.length);
    }
  }
}
