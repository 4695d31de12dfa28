import { type IToken, Lexer } from 'chevrotain';
import { COMMENTS, TOKENS } from './tokens.ts';

let lexer: Lexer | null = null;

/** One lexer for the whole process, made at the first use. It refuses tokens that chevrotain cannot find by their first character. */
function sharedLexer(): Lexer {
  lexer ??= new Lexer([...TOKENS], {
    positionTracking: 'onlyOffset',
    ensureOptimizations: true,
    // A test makes the lexer with its validations; at start-up they cost more than the lexing.
    skipValidations: true,
  });
  return lexer;
}

export interface LexedText {
  /** In order of place, newlines included, blanks and comments not. */
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
}

/** Cuts a text into tokens. Every character is in a token, a comment or blank: the lexer has no errors of its own. */
export function lex(text: string): LexedText {
  // A byte order mark is skipped; a blank in its place keeps every offset.
  const { tokens, groups } = sharedLexer().tokenize(text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text);
  const comments = groups[COMMENTS] ?? [];
  for (const list of [tokens, comments]) {
    // Chevrotain gives the end only together with lines and columns, which cost a third of the time.
    for (const token of list) token.endOffset = token.startOffset + token.image.length - 1;
  }
  return { tokens, comments };
}
