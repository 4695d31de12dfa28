import { readFileSync } from 'node:fs';
import { createToken, Lexer, LLkLookaheadStrategy, type TokenType } from 'chevrotain';
import { expect, test } from 'vitest';
import { MAXIMUM_LOOKAHEAD } from '../../grammar/expression-parser.ts';
import { lex } from '../../grammar/lexer.ts';
import { RecipeParser } from '../../grammar/parser.ts';
import { TOKENS } from '../../grammar/tokens.ts';
import { cstTypes } from '../../scripts/generate-cst-types.ts';
import { lookaheadCode } from '../../scripts/generate-lookahead.ts';

const analysis = () => new LLkLookaheadStrategy({ maxLookahead: MAXIMUM_LOOKAHEAD });

test('the grammar has no ambiguity, left recursion or unknown rule', () => {
  expect(() => new RecipeParser(analysis())).not.toThrow();
});

test('every token can be reached and found by its first character', () => {
  const lexer = new Lexer([...TOKENS], { positionTracking: 'onlyOffset', ensureOptimizations: true });
  expect(lexer.lexerDefinitionErrors).toEqual([]);
});

test('the first characters given for a regular expression are those that chevrotain finds in it', () => {
  const expressions = TOKENS.filter(({ PATTERN }) => PATTERN instanceof RegExp && PATTERN !== Lexer.NA);
  // The others start with anything, or with an optional point, which chevrotain does not find.
  const analysable = expressions.filter(({ name }) => !/^(Bad\w+|Stray)$/.test(name));
  expect(analysable.length).toBeGreaterThan(8);
  for (const given of analysable) {
    const found = createToken({ name: given.name, pattern: given.PATTERN!, line_breaks: false });
    expect(startsOf(given), given.name).toEqual(startsOf(found));
  }
  expect(expressions.filter((type) => type.START_CHARS_HINT === undefined).map(({ name }) => name)).toEqual([]);
});

/** The slots of chevrotain's table of first characters in which a lexer of one token has it. */
function startsOf(type: TokenType): readonly string[] {
  const lexer = new Lexer([type], { positionTracking: 'onlyOffset', ensureOptimizations: true, skipValidations: true });
  const { charCodeToPatternIdxToConfig: tables } = lexer as unknown as {
    charCodeToPatternIdxToConfig: Record<string, readonly unknown[]>;
  };
  return Object.keys(tables.defaultMode!);
}

test('the checked-in types of the concrete tree are those of the grammar', () => {
  expect(readFileSync(new URL('../../grammar/cst.d.ts', import.meta.url), 'utf8')).toBe(cstTypes());
});

test('the checked-in lookahead is that of the grammar', () => {
  const path = new URL('../../grammar/lookahead.generated.js', import.meta.url);
  expect(readFileSync(path, 'utf8')).toBe(lookaheadCode());
});

test('the parser reads recipes, whole and broken, as one that analyses the grammar itself does', () => {
  const [known, analysed] = [new RecipeParser(), new RecipeParser(analysis())];
  const read = (parser: RecipeParser, text: string) => {
    parser.start([...lex(text).tokens]);
    return { tree: parser.file(), failures: parser.failures };
  };
  const recipe = readFileSync(new URL('../../examples/smollm2-1.7b.smol', import.meta.url), 'utf8');
  for (let length = 0; length <= recipe.length; length += 37) {
    // A piece is left out, so that words stand where they do not belong.
    const text = recipe.slice(0, length) + recipe.slice(length + (length % 5));
    expect(read(known, text)).toEqual(read(analysed, text));
  }
});
