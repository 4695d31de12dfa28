import { EOF, type IToken, type TokenType, tokenMatcher } from 'chevrotain';
import { TOKENS } from './tokens.ts';

/** The parser as a test of its lookahead sees it. */
interface TokensAhead {
  /** The token so many places ahead, from 1. */
  LA(places: number): IToken;
}

/** Whether an optional part begins, or the place of the alternative that does, undefined when none does. */
export type LookaheadTest = (this: TokensAhead) => boolean | number | undefined;

type Path = readonly TokenType[];

const tokenTypes: ReadonlyMap<string, TokenType> = new Map([...TOKENS, EOF].map((type) => [type.name, type]));

/** The test of a row of lookahead.generated.js. Its paths are read at the first use: a recipe needs few of them. */
export function lookaheadTest(begins: string | readonly string[]): LookaheadTest {
  if (typeof begins === 'string') {
    let paths: readonly Path[] | null = null;
    return function () {
      paths ??= readPaths(begins);
      return paths.some((path) => isAhead(path, this));
    };
  }
  let alternatives: readonly (readonly Path[])[] | null = null;
  return function () {
    alternatives ??= begins.map(readPaths);
    const chosen = alternatives.findIndex((paths) => paths.some((path) => isAhead(path, this)));
    return chosen < 0 ? undefined : chosen;
  };
}

function readPaths(written: string): readonly Path[] {
  return written.split('|').map((path) => path.split(' ').map((name) => tokenTypes.get(name)!));
}

function isAhead(path: Path, parser: TokensAhead): boolean {
  return path.every((type, index) => tokenMatcher(parser.LA(index + 1), type));
}
