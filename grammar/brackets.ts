/**
 * Makes the brackets of a token list balance, so that the parser can always find the end of what it cannot read.
 *
 * Where they do not balance by themselves the indentation tells which bracket is the culprit: what an opening bracket holds
 * is indented deeper than the line it stands on.
 */
import { type IToken, type TokenType, tokenMatcher } from 'chevrotain';
import { endOf, makeToken } from './lexical-faults.ts';
import type { ProblemList } from './problem-list.ts';
import {
  Comma,
  LCurly,
  LParen,
  LSquare,
  Minus,
  NewLine,
  Not,
  Plus,
  RCurly,
  RParen,
  RSquare,
  Slash,
  Star,
  UnterminatedString,
  UnterminatedText,
} from './tokens.ts';

const CLOSER_OF = new Map<TokenType, TokenType>([
  [LCurly, RCurly],
  [LParen, RParen],
  [LSquare, RSquare],
]);
const CLOSERS: ReadonlySet<TokenType> = new Set(CLOSER_OF.values());

/** Brackets, and operators in a row, may nest this deep: recipes need about 6, and everything after may recurse. */
export const MAXIMUM_NESTING = 32;
const MAXIMUM_OPERATORS = 64;

interface Opener {
  readonly token: IToken;
  /** Blanks before the first token of its line. */
  readonly indent: number;
  /** Its line holds a string that never ends, which may have swallowed the closing bracket. */
  readonly excused: boolean;
}

/** Reports brackets without a partner; gives back tokens in which every bracket has one. */
export function balanceBrackets(text: string, tokens: readonly IToken[], problems: ProblemList): IToken[] {
  const imbalance = countImbalance(tokens);
  return imbalance === null ? [...tokens] : new BracketRepair(text, imbalance, problems).run(tokens);
}

/** Openers minus closers, or null if all match. */
function countImbalance(tokens: readonly IToken[]): number | null {
  const expected: TokenType[] = [];
  let balance = 0;
  let matches = true;
  for (const { tokenType } of tokens) {
    const closer = CLOSER_OF.get(tokenType);
    if (closer) {
      balance++;
      expected.push(closer);
    } else if (CLOSERS.has(tokenType)) {
      balance--;
      if (expected.pop() !== tokenType) matches = false;
    }
  }
  return matches && expected.length === 0 ? null : balance;
}

class BracketRepair {
  private readonly text: string;
  private imbalance: number;
  private readonly problems: ProblemList;
  private readonly stack: Opener[] = [];
  private readonly out: IToken[] = [];
  private indent = 0;
  private excusedLine = false;

  constructor(text: string, imbalance: number, problems: ProblemList) {
    this.text = text;
    this.imbalance = imbalance;
    this.problems = problems;
  }

  run(tokens: readonly IToken[]): IToken[] {
    const excused = excusedLines(tokens);
    let startsLine = true;
    for (const [index, token] of tokens.entries()) {
      if (startsLine && token.tokenType !== NewLine) {
        this.excusedLine = excused.has(index);
        this.beginLine(token);
        startsLine = false;
      } else if (CLOSERS.has(token.tokenType)) this.close(token);
      else this.push(token);
      if (token.tokenType === NewLine) startsLine = true;
      if (token.tokenType === UnterminatedText) for (const opener of this.stack) this.excuse(opener);
    }
    while (this.stack.length > 0) this.insertCloser();
    return this.out;
  }

  private excuse(opener: Opener): void {
    this.stack[this.stack.indexOf(opener)] = { ...opener, excused: true };
  }

  private push(token: IToken): void {
    if (CLOSER_OF.has(token.tokenType)) this.stack.push({ token, indent: this.indent, excused: this.excusedLine });
    this.out.push(token);
  }

  /** The first token of a line: its indent shows which brackets should be closed by now. */
  private beginLine(token: IToken): void {
    const indent = token.startOffset - lineStart(this.text, token.startOffset);
    const closes = CLOSERS.has(token.tokenType);
    const opensBlock = token.tokenType === LCurly;
    while (this.imbalance > 0 && !opensBlock && this.stack.length > 0) {
      const top = this.stack.at(-1)!;
      if (closes ? top.indent <= indent : top.indent < indent) break;
      this.imbalance--;
      this.insertCloser();
    }
    this.indent = indent;
    const surplus = closes && this.imbalance < 0 && (this.stack.at(-1)?.indent ?? -1) < indent;
    if (surplus) {
      this.imbalance++;
      this.drop(token);
    } else if (closes) this.close(token);
    else this.push(token);
  }

  private close(token: IToken): void {
    const partner = this.stack.findLastIndex((opener) => CLOSER_OF.get(opener.token.tokenType) === token.tokenType);
    if (partner < 0) {
      this.drop(token);
      // As many closers as openers, but of another shape: the one here is meant for the innermost opener.
      if (this.imbalance === 0 && this.stack.length > 0) this.closeInnermost();
      return;
    }
    while (this.stack.length > partner + 1) this.insertCloser();
    this.stack.pop();
    this.out.push(token);
  }

  private drop(token: IToken): void {
    if (this.excusedLine) return;
    const closer = token.image as '}' | ')' | ']';
    this.problems.add({ problem: 'unmatched-close', closer }, token.startOffset, endOf(token));
  }

  private insertCloser(): void {
    const opener = this.closeInnermost();
    if (opener.excused) return;
    const image = opener.token.image as '{' | '(' | '[';
    this.problems.add({ problem: 'unclosed', opener: image }, opener.token.startOffset, endOf(opener.token));
  }

  /** Closes the innermost bracket after the last token that is not a newline. */
  private closeInnermost(): Opener {
    const opener = this.stack.pop()!;
    let at = this.out.length;
    while (this.out[at - 1]!.tokenType === NewLine) at--;
    const place = endOf(this.out[at - 1]!);
    this.out.splice(at, 0, makeToken(CLOSER_OF.get(opener.token.tokenType)!, '', place, place));
    return opener;
  }
}

/** For each line with a string that never ends, the index of its first token. */
function excusedLines(tokens: readonly IToken[]): ReadonlySet<number> {
  const excused = new Set<number>();
  let first = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.tokenType === NewLine) first = index + 1;
    if (tokenMatcher(token, UnterminatedString)) excused.add(first);
  }
  return excused;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

const OPERATORS: ReadonlySet<TokenType> = new Set([Plus, Minus, Star, Slash]);

/**
 * Reports what nests deeper than the limit and leaves its inside out, so that all later recursion is bounded. The tokens must
 * be balanced. What held the omitted part is added to `tainted`.
 */
export function limitNesting(tokens: readonly IToken[], problems: ProblemList, tainted: Set<IToken>): IToken[] {
  const out: IToken[] = [];
  let depth = 0;
  let operators = 0;
  for (const token of tokens) {
    const type = token.tokenType;
    if (CLOSERS.has(type)) depth--;
    const isBracket = CLOSER_OF.has(type) || CLOSERS.has(type);
    if (depth < MAXIMUM_NESTING || (!isBracket && depth === MAXIMUM_NESTING)) out.push(token);
    if (CLOSER_OF.has(type)) depth++;
    const isOperator = OPERATORS.has(type) || type === Not;
    operators = isOperator ? operators + 1 : endsOperators(type) ? 0 : operators;
    const tooDeep = CLOSER_OF.has(type) && depth === MAXIMUM_NESTING + 1;
    const tooMany = isOperator && operators === MAXIMUM_OPERATORS + 1;
    if (tooDeep || tooMany) {
      const limit = tooDeep ? MAXIMUM_NESTING : MAXIMUM_OPERATORS;
      problems.add({ problem: 'nesting-too-deep', limit }, token.startOffset, endOf(token));
      tainted.add(out.at(tooDeep || type !== Not ? -1 : -2)!);
    }
    if (type === Not && operators > MAXIMUM_OPERATORS) out.pop();
  }
  return out;
}

function endsOperators(type: TokenType): boolean {
  return type === NewLine || type === Comma || CLOSER_OF.has(type);
}
