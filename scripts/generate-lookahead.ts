/**
 * Writes the table of the parser's lookahead: `npm run generate`. A test compares the checked-in file with what this gives.
 */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import {
  getLookaheadPaths,
  type ILookaheadStrategy,
  LLkLookaheadStrategy,
  type LookaheadSequence,
  type TokenType,
} from 'chevrotain';
import { RecipeParser } from '../grammar/parser.ts';

/** Where the table goes, from the repository's root. */
export const lookaheadPath = 'grammar/lookahead.generated.js';

/**
 * The text of the table. Chevrotain analyses the grammar and is asked for the paths of every decision; the keys are those under
 * which its parser looks for the decision's test.
 */
export function lookaheadCode(): string {
  const strategy = new RecordingStrategy();
  const parser = new RecipeParser(strategy);
  const { lookAheadFuncsCache } = parser as unknown as { lookAheadFuncsCache: ReadonlyMap<number, object> };
  const rows = [...lookAheadFuncsCache].map(([key, test]) => {
    const { rule, begins } = strategy.rows.get(test)!;
    return `  [${key}, ${begins}], // ${rule}\n`;
  });
  return `// Generated from grammar/parser.ts by \`npm run generate\`. Do not edit.\nexport const LOOKAHEAD = [\n${rows.join('')}];\n`;
}

type Alternation = Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0];
type Optional = Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0];

/** Makes tests that only stand for what would be tested: a list of alternatives, or what begins an optional part. */
class RecordingStrategy extends LLkLookaheadStrategy {
  readonly rows = new Map<object, { readonly rule: string; readonly begins: string }>();

  override buildLookaheadForAlternation(options: Alternation) {
    const { rule, maxLookahead, prodOccurrence: occurrence, hasPredicates } = options;
    if (hasPredicates) throw new Error(`an alternative of \`${rule.name}\` has a gate, which the table cannot express`);
    const paths = getLookaheadPaths({ rule, maxLookahead, occurrence, prodType: 'Alternation' });
    return this.record(`[${paths.map(print).join(', ')}]`, rule.name, () => undefined);
  }

  override buildLookaheadForOptional(options: Optional) {
    const { rule, maxLookahead, prodOccurrence: occurrence, prodType } = options;
    const [inside] = getLookaheadPaths({ rule, maxLookahead, occurrence, prodType });
    return this.record(print(inside!), rule.name, () => false);
  }

  private record<Test extends object>(begins: string, rule: string, test: Test): Test {
    if (/'(\||')|\|\|/.test(begins))
      throw new Error(`\`${rule}\` has an empty alternative, which the table cannot express`);
    this.rows.set(test, { rule, begins });
    return test;
  }
}

function print(paths: LookaheadSequence): string {
  return `'${paths.map((path: readonly TokenType[]) => path.map(({ name }) => name).join(' ')).join('|')}'`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(lookaheadPath, lookaheadCode());
