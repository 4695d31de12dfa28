import type { Block, Name, RecipeFile } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';

export type DeclaredKind = 'dataset' | 'mixture' | 'stage' | 'let';

interface Declaration {
  readonly kind: DeclaredKind;
  readonly name: Name;
}

/** Words that name a phase in a position such as `pretrain.end`. */
const phaseWords: readonly string[] = ['pretrain', 'sft', 'dpo'];

/**
 * Checks that datasets, mixtures, stages and lets have different names, in the recipe and in each profile. A profile may use
 * a name again for the same kind of thing: it re-opens it. Adds the losing declarations to `refused`.
 */
export function checkNames(file: RecipeFile, refused: Set<object>, collector: DiagnosticCollector): void {
  const recipe = new Map<string, Declaration>();
  for (const item of file.items) {
    if (item.kind === 'let') declare({ kind: 'let', name: item.name }, item, recipe, refused, collector);
    else if (item.kind === 'block') declareBlock(item, recipe, refused, collector);
  }
  for (const item of file.items) {
    if (item.kind === 'block' && item.keyword.text === 'profile' && !refused.has(item)) {
      checkProfile(item, recipe, refused, collector);
    }
  }
}

/**
 * Whether a name that is not found may be declared all the same: in a part that could not be read, or by a block whose name
 * is missing.
 */
export function mayLackNames(file: RecipeFile, refused: ReadonlySet<object>): boolean {
  if (file.incomplete) return true;
  return file.items.some((item) => {
    const isNameless = item.kind === 'block' && item.name === null && refused.has(item);
    return isNameless && ['dataset', 'mixture'].includes(item.keyword.text);
  });
}

function checkProfile(
  profile: Block,
  recipe: ReadonlyMap<string, Declaration>,
  refused: Set<object>,
  collector: DiagnosticCollector,
): void {
  const own = new Map<string, Declaration>();
  for (const entry of profile.entries) {
    if (entry.kind === 'block') declareBlock(entry, own, refused, collector);
  }
  for (const [name, declaration] of own) {
    const outer = recipe.get(name);
    if (outer && outer.kind !== declaration.kind) reportDuplicate(declaration, outer, collector);
  }
}

function declareBlock(
  block: Block,
  scope: Map<string, Declaration>,
  refused: Set<object>,
  collector: DiagnosticCollector,
): void {
  if (refused.has(block)) return;
  const kind = block.keyword.text;
  if (kind === 'pretrain') {
    for (const entry of block.entries) if (entry.kind === 'block') declareBlock(entry, scope, refused, collector);
  } else if ((kind === 'dataset' || kind === 'mixture' || kind === 'stage') && block.name) {
    declare({ kind, name: block.name }, block, scope, refused, collector);
  }
}

function declare(
  declaration: Declaration,
  node: object,
  scope: Map<string, Declaration>,
  refused: Set<object>,
  collector: DiagnosticCollector,
): void {
  const { kind, name } = declaration;
  const earlier = scope.get(name.text);
  if (phaseWords.includes(name.text)) {
    collector.add(diagnose(rows.reservedPhaseName, name.span, { name: name.text, kind }));
  }
  if (earlier) {
    reportDuplicate(declaration, earlier, collector);
    refused.add(node);
  } else scope.set(name.text, declaration);
}

function reportDuplicate(declaration: Declaration, earlier: Declaration, collector: DiagnosticCollector): void {
  const { kind, name } = declaration;
  const related = [{ span: earlier.name.span, label: 'first declared here' }];
  const data = { name: name.text, kind, earlier: earlier.kind };
  collector.add(diagnose(rows.duplicateName, name.span, data, { related }));
}
