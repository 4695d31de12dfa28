import { EOF, type IToken, tokenMatcher } from 'chevrotain';
import type { SyntaxFault } from './ast.ts';
import { CONDITION_WORDS, entryWords, expectedWords, foundWords, keywordWords, withinWords } from './expected-words.ts';
import { endOf } from './lexical-faults.ts';
import type { ParseFailure } from './recovering-parser.ts';
import * as T from './tokens.ts';

/** A fault with its place in the text. */
export interface PlacedFault {
  readonly fault: SyntaxFault;
  readonly start: number;
  readonly end: number;
}

/** One failure with the tokens around it. */
interface Scene {
  readonly failure: ParseFailure;
  readonly tokens: readonly IToken[];
  readonly text: string;
  /** The token that could not be taken. */
  readonly found: IToken;
  /** The innermost open rule. */
  readonly rule: string;
}

type Classifier = (scene: Scene) => PlacedFault | null;

/** From the mistakes with a shape of their own to what is merely unexpected. */
const CLASSIFIERS: readonly Classifier[] = [
  hyphenInName,
  reservedName,
  rangeWithoutDots,
  blockWithEquals,
  missingEquals,
  missingValue,
  missingComma,
  shareOrder,
  unknownBlock,
  twoEntries,
  unexpectedInEntry,
];

/** Says in the language's terms why the parser could not go on. */
export function classifyFailure(failure: ParseFailure, tokens: readonly IToken[], text: string): PlacedFault {
  const found = tokens[failure.at] ?? endOfFile(tokens);
  const scene: Scene = { failure, tokens, text, found, rule: failure.rules.at(-1)! };
  for (const classify of CLASSIFIERS) {
    const placed = classify(scene);
    if (placed) return placed;
  }
  return unexpected(found, expectedHere(scene), withinWords(failure.rules));
}

function expectedHere({ failure, tokens, found, rule }: Scene): readonly string[] {
  const isBound = rule === 'bound' || rule === 'range' || rule === 'head';
  if (isBound && /^[\d._]+%$/.test(found.image)) return [`\`(${found.image})\`, in parentheses`];
  if (failure.trailing) return rule === 'item' || rule === 'header' ? ['a new line'] : ['a new line', '`,`'];
  const previous = tokens[failure.at - 1]?.tokenType;
  const afterOperand = rule === 'not' && ![T.Where, T.And, T.Or, T.Not, T.LParen].some((type) => type === previous);
  return afterOperand ? CONDITION_WORDS : expectedWords(rule, failure.wanted);
}

function endOfFile(tokens: readonly IToken[]): IToken {
  const place = tokens.length === 0 ? 0 : endOf(tokens.at(-1)!);
  return { ...EOF, image: '', startOffset: place, endOffset: place - 1, tokenType: EOF } as unknown as IToken;
}

function at(fault: SyntaxFault, first: IToken, last: IToken = first): PlacedFault {
  return { fault, start: first.startOffset, end: endOf(last) };
}

/** What is missing at the end of a line is shown right there, not as a newline. */
function unexpected(found: IToken, expected: readonly string[], within: string): PlacedFault {
  const fault = { problem: 'unexpected', found: foundWords(found), expected, within } as const;
  const start = found.startOffset;
  return { fault, start, end: tokenMatcher(found, T.NewLine) ? start : endOf(found) };
}

function isEnd(token: IToken | undefined): boolean {
  return (
    token === undefined || token.tokenType === EOF || tokenMatcher(token, T.Separator) || /^[)\]}]?$/.test(token.image)
  );
}

function touching(left: IToken | undefined, right: IToken | undefined): boolean {
  return left !== undefined && right !== undefined && endOf(left) === right.startOffset;
}

function isNamePart(token: IToken): boolean {
  return [T.Word, T.Numeral, T.Minus, T.Dot].some((type) => tokenMatcher(token, type));
}

function hyphenInName({ failure, tokens, text }: Scene): PlacedFault | null {
  const hyphen = [failure.at, failure.at + 1].find((index) => tokens[index]?.tokenType === T.Minus);
  if (hyphen === undefined || !tokenMatcher(tokens[hyphen - 1] ?? tokens[hyphen]!, T.Word)) return null;
  if (!touching(tokens[hyphen - 1], tokens[hyphen]) || !touching(tokens[hyphen], tokens[hyphen + 1])) return null;
  if (!isNamePart(tokens[hyphen + 1]!)) return null;
  let last = hyphen + 1;
  while (touching(tokens[last], tokens[last + 1]) && isNamePart(tokens[last + 1]!)) last++;
  const first = tokens[hyphen - 1]!;
  const written = text.slice(first.startOffset, endOf(tokens[last]!));
  const suggestion = written.replace(/[^A-Za-z0-9_]/g, '_');
  return at({ problem: 'hyphen-in-name', text: written, suggestion }, first, tokens[last]!);
}

function reservedName({ failure, tokens, found, rule }: Scene): PlacedFault | null {
  const inEntry = failure.at === failure.entryStart && (rule === 'entry' || rule === 'item' || rule === 'share');
  const beforeName = !tokenMatcher(found, T.Word) || tokenMatcher(found, T.Kind) || found.image === 'let';
  const token = inEntry && beforeName ? tokens[failure.at + 1] : found;
  const wantsName = token !== found || failure.wanted === 'Name' || failure.wanted === 'LCurly';
  if (!token || !wantsName || !T.RESERVED_WORDS.includes(token.tokenType)) return null;
  return at({ problem: 'reserved-name', text: token.image }, token);
}

function rangeWithoutDots({ failure, tokens, text, found }: Scene): PlacedFault | null {
  if (!failure.rules.includes('head')) return null;
  const bad = [T.Ellipsis, T.Minus, T.Numeral, T.Colon].some((type) => tokenMatcher(found, type));
  const head = tokens.slice(failure.entryStart, failure.entryEnd);
  const first = head.findIndex((token) => tokenMatcher(token, T.Numeral));
  if (!bad || first < 0 || tokens[failure.at - 1] === undefined) return null;
  const numbers = head.filter((token) => tokenMatcher(token, T.Numeral));
  const last = head.findLast((token) => !tokenMatcher(token, T.LCurly))!;
  const simple = numbers.length === 2 && !head.some((token) => token.image === '(');
  const written = text.slice(head[first]!.startOffset, endOf(last));
  const suggestion = simple ? `${numbers[0]!.image}..${numbers[1]!.image}` : null;
  if (written === suggestion) return null;
  return at({ problem: 'range-without-dots', suggestion }, head[first]!, last);
}

function blockWithEquals({ failure, tokens }: Scene): PlacedFault | null {
  const [keyword, mark, brace] = tokens.slice(failure.entryStart, failure.entryStart + 3);
  if (!keyword || !tokenMatcher(keyword, T.Kind) || !mark || brace?.tokenType !== T.LCurly) return null;
  if (mark.tokenType !== T.Equals && mark.tokenType !== T.Colon) return null;
  return at({ problem: 'block-with-equals', keyword: keyword.image }, mark);
}

const ASSIGNMENTS = [T.Colon, T.ColonEquals, T.Equal];
const VALUE_STARTS = [T.Name, T.Numeral, T.Percent, T.Quoted, T.RawText, T.Truth, T.LSquare, T.LParen];

function startsValue(token: IToken | undefined): boolean {
  return token !== undefined && VALUE_STARTS.some((type) => tokenMatcher(token, type));
}

function missingEquals({ failure, tokens, found, rule }: Scene): PlacedFault | null {
  const isEntry = (rule === 'entry' || rule === 'item') && failure.at === failure.entryStart;
  const name = tokens[isEntry ? failure.at : failure.at - 1];
  const mark = isEntry ? tokens[failure.at + 1] : found;
  if (!name || !mark || !tokenMatcher(name, T.Word)) return null;
  if (ASSIGNMENTS.includes(mark.tokenType) && (isEntry || rule === 'args' || rule === 'let' || rule === 'head')) {
    return at({ problem: 'missing-equals', name: name.image, written: mark.image as ':' | ':=' | '==' }, mark);
  }
  if (failure.wanted === 'Equals') return at({ problem: 'missing-equals', name: name.image, written: null }, name);
  const keyword = keywordWords(name.image) !== null || tokenMatcher(name, T.Kind);
  if (!isEntry || keyword || !startsValue(mark) || isReversedShare(tokens, failure) || braceOf(failure, tokens))
    return null;
  return at({ problem: 'missing-equals', name: name.image, written: null }, name);
}

function missingValue({ failure, tokens, found, rule }: Scene): PlacedFault | null {
  const [name, equals] = [tokens[failure.at - 2], tokens[failure.at - 1]];
  if (rule !== 'primary' || equals?.tokenType !== T.Equals || !name || !isEnd(found)) return null;
  return at({ problem: 'missing-value', name: name.image }, name, equals);
}

function missingComma({ failure, tokens, found, rule }: Scene): PlacedFault | null {
  const wantsMore = failure.wanted === 'RParen' || failure.wanted === 'RSquare';
  if (!wantsMore || (rule !== 'args' && rule !== 'list')) return null;
  const previous = tokens[failure.at - 1]!;
  // `a = 1 b = 2`: the second name was read as the unit of the first value.
  if (found.tokenType === T.Equals && tokenMatcher(previous, T.Word)) {
    return at({ problem: 'missing-comma', within: withinWords([rule]) }, previous);
  }
  if (!startsValue(found) && !tokenMatcher(found, T.Word)) return null;
  return at({ problem: 'missing-comma', within: withinWords([rule]) }, found);
}

function isReversedShare(tokens: readonly IToken[], { entryStart }: ParseFailure): boolean {
  const [name, percent, next] = tokens.slice(entryStart, entryStart + 3);
  if (!name || !percent || !tokenMatcher(name, T.Name) || !tokenMatcher(percent, T.Percent)) return false;
  return isEnd(next) || next!.tokenType === T.LCurly;
}

function shareOrder({ failure, tokens, rule }: Scene): PlacedFault | null {
  if ((rule !== 'entry' && rule !== 'share') || !isReversedShare(tokens, failure)) return null;
  const [name, percent] = tokens.slice(failure.entryStart, failure.entryStart + 2);
  return at({ problem: 'share-order', suggestion: `${percent!.image} ${name!.image}` }, name!, percent!);
}

/** The `{` of the entry itself, if it has one. */
function braceOf({ entryStart, entryEnd }: ParseFailure, tokens: readonly IToken[]): IToken | undefined {
  return tokens.slice(entryStart, Math.min(entryEnd, entryStart + 8)).find((token) => token.tokenType === T.LCurly);
}

function unknownBlock({ failure, tokens, rule }: Scene): PlacedFault | null {
  const word = tokens[failure.entryStart];
  if ((rule !== 'entry' && rule !== 'item') || failure.at !== failure.entryStart || !word) return null;
  if (!tokenMatcher(word, T.Name) || tokenMatcher(word, T.Kind) || keywordWords(word.image) !== null) return null;
  if (!braceOf(failure, tokens)) return null;
  return at({ problem: 'unknown-block', text: word.image }, word);
}

function twoEntries({ failure, tokens, found }: Scene): PlacedFault | null {
  if (!failure.trailing || found.image === '') return null;
  const previous = tokens[failure.at - 1]!;
  const asUnit = found.tokenType === T.Equals || (found.tokenType === T.LCurly && tokenMatcher(previous, T.Kind));
  if (asUnit && tokenMatcher(previous, T.Word) && failure.at - 1 > failure.entryStart) {
    return at({ problem: 'two-entries-on-a-line', text: previous.image }, previous);
  }
  const next = tokens[failure.at + 1];
  const isShare =
    tokenMatcher(found, T.Percent) || (tokenMatcher(found, T.Numeral) && next !== undefined && !isEnd(next));
  const isWord = tokenMatcher(found, T.Word);
  const isEntry = next !== undefined && (next.tokenType === T.Equals || next.tokenType === T.LCurly);
  const isKeyword = isWord && (tokenMatcher(found, T.Kind) || keywordWords(found.image) !== null) && !isEnd(next);
  if (!isShare && !isKeyword && !(isWord && isEntry)) return null;
  return at({ problem: 'two-entries-on-a-line', text: found.image }, found);
}

/** An entry that begins well and goes on in no way the language knows. */
function unexpectedInEntry({ failure, tokens, rule }: Scene): PlacedFault | null {
  if (failure.at !== failure.entryStart || failure.wanted !== null) return null;
  if (rule !== 'entry' && rule !== 'item' && rule !== 'share') return null;
  const first = tokens[failure.entryStart] ?? endOfFile(tokens);
  const second = tokens[failure.entryStart + 1] ?? endOfFile(tokens);
  const opener = rule === 'share' ? 'share' : openerOf(failure.entryStart, tokens);
  const within = opener === null ? 'the file' : opener === 'share' ? 'a group of shares' : `\`${opener}\``;
  if (tokenMatcher(first, T.Kind)) return unexpected(second, ['a name', '`{`'], `\`${first.image}\``);
  const keyword = keywordWords(first.image);
  if (keyword !== null && rule !== 'item') return unexpected(second, keyword, `\`${first.image}\``);
  const isAmount = tokenMatcher(first, T.Percent) || tokenMatcher(first, T.Numeral) || first.tokenType === T.Rest;
  if (isAmount && rule !== 'item') return unexpected(second, ['a name, as in `60% fineweb_edu`'], 'a share');
  if (keyword !== null && (first.image === 'use' || first.image === 'let' || first.image === 'allow')) {
    return unexpected(second, keyword, `\`${first.image}\``);
  }
  if (isAmount || keyword !== null) return unexpected(first, entryWords(opener), within);
  return tokenMatcher(first, T.Word)
    ? unexpected(second, ['`=`', ...entryWords(opener)], within)
    : unexpected(first, entryWords(opener), within);
}

/** The word that opens the block around a token, `share` in a group of shares, null at the top level. */
function openerOf(index: number, tokens: readonly IToken[]): string | null {
  let depth = 0;
  let brace = index - 1;
  for (; brace >= 0; brace--) {
    const type = tokens[brace]!.tokenType;
    if (type === T.RCurly) depth++;
    if (type === T.LCurly && depth-- === 0) break;
  }
  if (brace < 0) return null;
  let first = brace;
  while (first > 0 && !tokenMatcher(tokens[first - 1]!, T.Separator) && tokens[first - 1]!.tokenType !== T.LCurly)
    first--;
  return tokenMatcher(tokens[first]!, T.Kind) ? tokens[first]!.image : 'share';
}
