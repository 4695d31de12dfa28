/**
 * Writes the types of the concrete syntax tree from the grammar: `npx tsx scripts/generate-cst-types.ts`. A test compares the
 * checked-in file with what this gives.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { generateCstDts, LLkLookaheadStrategy } from 'chevrotain';
import { MAXIMUM_LOOKAHEAD } from '../grammar/expression-parser.ts';
import { RecipeParser } from '../grammar/parser.ts';

/** The text of grammar/cst.d.ts. */
export function cstTypes(): string {
  const types = generateCstDts(
    new RecipeParser(new LLkLookaheadStrategy({ maxLookahead: MAXIMUM_LOOKAHEAD })).getGAstProductions(),
    {
      includeVisitorInterface: false,
    },
  );
  const tidy = types
    .replace('ICstVisitor, ', '')
    .replaceAll('"', "'")
    .replaceAll(/\((\w+)\)\[\]/g, '$1[]')
    .trim();
  return `// Generated from grammar/parser.ts by scripts/generate-cst-types.ts.\n${tidy}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(new URL('../grammar/cst.d.ts', import.meta.url), cstTypes());
}
