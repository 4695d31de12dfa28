import { type IToken, tokenMatcher } from 'chevrotain';
import type { ParseResult, RecipeFile } from './ast.ts';
import { balanceBrackets, limitNesting } from './brackets.ts';
import { buildFile } from './build-ast.ts';
import { classifyFailure } from './classify-failure.ts';
import type { FileCstNode } from './cst.d.ts';
import { lex } from './lexer.ts';
import { checkTokens, endOf, makeToken } from './lexical-faults.ts';
import { applyNewLines } from './newlines.ts';
import { otherFormat } from './other-format.ts';
import { RecipeParser } from './parser.ts';
import { createProblemList, type ProblemList } from './problem-list.ts';
import { Extends, Name, NewLine, Recipe, Word } from './tokens.ts';

/** The largest file that is read, in bytes of UTF-8: the longest known recipe has about 10 kB. */
export const MAXIMUM_FILE_BYTES = 2 ** 20;

/** The most words, numbers and signs in a file: the concrete tree takes about 1 kB for each. A full file of recipes has half of it. */
const MAXIMUM_TOKENS = 200_000;

let parser: RecipeParser | null = null;

/** One parser for the whole process, made at the first use: making it takes longer than parsing. */
function sharedParser(): RecipeParser {
  parser ??= new RecipeParser();
  return parser;
}

/** A text as the parser sees it: what the tree and the formatter are made from. */
export interface ConcreteFile {
  readonly tree: FileCstNode;
  /** All tokens of the text, newlines included. */
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
  readonly tainted: ReadonlySet<IToken>;
}

/**
 * Parses the text of a `.smol` file; `file` is its display path and goes into every span. Never throws: what is wrong is in
 * `problems`, in order of place, and the tree holds all that could be read.
 */
export function parse(text: string, file: string): ParseResult {
  const problems = createProblemList(file);
  const concrete = parseConcrete(text, problems);
  if (concrete === null) return { file: emptyFile(text, file), problems: problems.sorted() };
  // Of nothing, nothing more can be said.
  if (concrete.tokens.every(({ tokenType }) => tokenType === NewLine)) {
    return { file: emptyFile(text, file), problems: problems.sorted() };
  }
  const comments = new Set(concrete.comments.map((comment) => comment.startOffset));
  const context = { file, text, tainted: concrete.tainted, comments };
  return { file: buildFile(concrete.tree, context), problems: problems.sorted() };
}

/** The concrete tree of a text, or null where the text is too large to read; `problems` gets what is wrong. */
export function parseConcrete(text: string, problems: ProblemList): ConcreteFile | null {
  const bytes = utf8Length(text);
  if (bytes > MAXIMUM_FILE_BYTES) {
    problems.add({ problem: 'file-too-large', bytes, limit: MAXIMUM_FILE_BYTES }, 0, 0);
    return null;
  }
  const format = otherFormat(text);
  if (format !== null) {
    const start = text.search(/[^\s\uFEFF]/);
    problems.add({ problem: 'other-format', format }, start, start + 1);
    return null;
  }
  const lexed = lex(text);
  if (lexed.tokens.length > MAXIMUM_TOKENS) {
    const fault = { problem: 'file-too-large', bytes, limit: MAXIMUM_FILE_BYTES, tokens: MAXIMUM_TOKENS } as const;
    problems.add(fault, 0, 0);
    return null;
  }
  const tainted = new Set<IToken>();
  const tokens = prepare(text, lexed.tokens, problems, tainted);
  const recipe = sharedParser();
  recipe.start([...tokens]);
  const tree = recipe.file() as FileCstNode;
  for (const failure of recipe.failures) {
    const placed = classifyFailure(failure, tokens, text);
    // A word taken for a unit that begins the next entry spoils the value before it.
    if (failure.trailing && placed.start < tokens[failure.at]!.startOffset) tainted.add(tokens[failure.at - 1]!);
    if (placed.fault.problem === 'hyphen-in-name') problems.forget(placed.start, placed.end);
    const start = tokens[failure.entryStart]?.startOffset ?? text.length;
    const end = tokens[failure.entryEnd]?.startOffset ?? text.length;
    // What the entry holds has been reported: that the parser stumbles over it is no second problem.
    if (!problems.touches(start, Math.max(end, start + 1))) problems.add(placed.fault, placed.start, placed.end);
  }
  return { tree, tokens: lexed.tokens, comments: lexed.comments, tainted };
}

/** All that happens to the tokens between lexer and parser; each pass expects what the one before gives. */
function prepare(text: string, lexed: readonly IToken[], problems: ProblemList, tainted: Set<IToken>): IToken[] {
  const checked = checkTokens(lexed, problems, tainted);
  const balanced = balanceBrackets(text, checked, problems);
  const headed = ensureHeader(balanced, problems);
  const separated = applyNewLines(headed, problems, tainted);
  return limitNesting(separated, problems, tainted);
}

/** A file without its first line gets a nameless one, so that all others are read as what they are. */
function ensureHeader(tokens: readonly IToken[], problems: ProblemList): readonly IToken[] {
  const first = tokens.find((token) => token.tokenType !== NewLine);
  if (first?.tokenType === Recipe) return tokens;
  const place = first?.startOffset ?? 0;
  problems.add({ problem: 'missing-header', isEmpty: first === undefined }, place, first ? endOf(first) : place);
  const header = [
    makeToken(Recipe, '', place, place),
    makeToken(Name, '', place, place),
    makeToken(NewLine, '', place, place),
  ];
  return [...header, ...withoutMisspeltHeader(tokens)];
}

/** `recipie smollm2` is a first line too: once reported, it is left out. */
function withoutMisspeltHeader(tokens: readonly IToken[]): readonly IToken[] {
  const line = tokens.findIndex((token) => token.tokenType !== NewLine);
  const [word, name, next] = tokens.slice(line, line + 3);
  if (!word || !name || !tokenMatcher(word, Word) || !tokenMatcher(name, Word)) return tokens;
  if (next && next.tokenType !== NewLine && next.tokenType !== Extends) return tokens;
  const end = tokens.findIndex((token, index) => index > line && token.tokenType === NewLine);
  return end < 0 ? [] : tokens.slice(end);
}

function emptyFile(text: string, file: string): RecipeFile {
  return { kind: 'file', header: null, items: [], incomplete: true, span: { file, start: 0, end: text.length } };
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // Each half of a surrogate pair counts for two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}
