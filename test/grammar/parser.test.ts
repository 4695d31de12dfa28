import { readFileSync } from 'node:fs';
import { Lexer } from 'chevrotain';
import { expect, test } from 'vitest';
import { RecipeParser } from '../../grammar/parser.ts';
import { TOKENS } from '../../grammar/tokens.ts';
import { cstTypes } from '../../scripts/generate-cst-types.ts';

test('the grammar has no ambiguity, left recursion or unknown rule', () => {
  expect(() => new RecipeParser(true)).not.toThrow();
});

test('every token can be reached and found by its first character', () => {
  const lexer = new Lexer([...TOKENS], { positionTracking: 'onlyOffset', ensureOptimizations: true });
  expect(lexer.lexerDefinitionErrors).toEqual([]);
});

test('the checked-in types of the concrete tree are those of the grammar', () => {
  expect(readFileSync(new URL('../../grammar/cst.d.ts', import.meta.url), 'utf8')).toBe(cstTypes());
});
