import type { RecipeFile, Share, Use } from '../../grammar/index.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import type { Value } from '../bind/value.ts';
import * as rows from '../diagnostics/catalogue/files.ts';
import * as names from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { type PartsScope, partsOf } from './dataset-parts.ts';
import type { LoadedModule } from './load-modules.ts';
import { childrenOf, type OpenBlock } from './open-block.ts';
import { nameOfReference, scoreClassifiers } from './score-classifiers.ts';

/** What a file takes from others. */
export interface UsedNames {
  readonly blocks: readonly OpenBlock[];
  readonly lets: ReadonlyMap<string, Quantity | null>;
  readonly values: ReadonlyMap<object, Value | null>;
  readonly incomplete: boolean;
}

/** Names of a `use` that the file declares, too; that is said even where the other file cannot be read. */
export function reportDeclared(use: Use, by: RecipeFile, collector: DiagnosticCollector): void {
  for (const { text: name, span } of use.names) {
    if (isDeclared(name, by)) collector.add(diagnose(rows.usedAndDeclared, span, { name }));
  }
}

/** The named datasets, mixtures and lets of another file, with the datasets and mixtures that they are made of. */
export function usedNames(use: Use, by: RecipeFile, module: LoadedModule, collector: DiagnosticCollector): UsedNames {
  const blocks = new Map(
    module.recipe.children.flatMap((block) =>
      block.name && (block.keyword === 'dataset' || block.keyword === 'mixture')
        ? [[block.name.text, block] as const]
        : [],
    ),
  );
  const classifiers = childrenOf(module.recipe, 'classifier');
  const lets = new Map<string, Quantity | null>();
  const wanted = new Set<string>();
  let isLacking = false;
  for (const name of use.names) {
    if (isDeclared(name.text, by)) continue;
    if (module.lets.has(name.text)) lets.set(name.text, module.lets.get(name.text)!);
    else if (blocks.has(name.text)) wanted.add(name.text);
    else {
      isLacking = true;
      if (module.incomplete) continue;
      const near = proposeNames(name.text, [...blocks.keys(), ...module.lets.keys()]);
      const data = { name: name.text, wanted: `a dataset, mixture or let of \`${use.from.value}\``, near };
      collector.add(diagnose(names.unknownName, name.span, data, { fix: replaceNameFix(name.span, near) }));
    }
  }
  // A set grows while it is walked: what parts are made of is reached, and rings end.
  for (const name of wanted)
    for (const part of madeOf(blocks.get(name)!, { values: module.values, classifiers }))
      if (blocks.has(part)) wanted.add(part);
  const taken = [...wanted].map((name) => blocks.get(name)!);
  const scoring = new Set(taken.flatMap(({ steps }) => scoreClassifiers(steps).map(nameOfReference)));
  const used = classifiers.filter(({ name }) => name && scoring.has(name.text));
  return { blocks: [...taken, ...used], lets, values: module.values, incomplete: isLacking };
}

function isDeclared(name: string, { items }: RecipeFile): boolean {
  return items.some((item) => (item.kind === 'let' || item.kind === 'block') && item.name?.text === name);
}

/** Names that a dataset or mixture is made of. */
function madeOf(block: OpenBlock, scope: PartsScope): readonly string[] {
  return [...partsOf(block, scope), ...sharedNames(block.shares)];
}

function sharedNames(shares: readonly Share[]): readonly string[] {
  return shares.flatMap(({ group, target }) =>
    group ? sharedNames(group) : [target.path.map((part) => part.text).join('.')],
  );
}
