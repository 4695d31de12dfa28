import type { OpenBlock } from './open-block.ts';
import type { EvaluatedAttributes } from './read-value.ts';
import { takeTarget } from './resolve-takes.ts';

/** What a phase expects of the rows that it reads. */
export type RowUse = 'sft' | 'dpo';

/**
 * Which phase of post-training reads each dataset first, by name: as its `data`, through a mixture, through `take`, or as the
 * source of one that is read. Datasets that no such phase reads are left out.
 */
export function rowUses(recipe: OpenBlock, values: EvaluatedAttributes): ReadonlyMap<string, RowUse> {
  const uses = new Map<string, RowUse>();
  const feeding = new Map(
    recipe.children.flatMap(({ keyword, name, attributes, takes, shares }) => {
      if (name === null || (keyword !== 'dataset' && keyword !== 'mixture')) return [];
      const source = referred(attributes.get('source')?.node, values);
      return [[name.text, [...takes.map(takeTarget), ...source, ...sharedNames(shares)]] as const];
    }),
  );
  for (const { keyword, attributes } of recipe.children) {
    if (keyword !== 'sft' && keyword !== 'dpo') continue;
    const open = [...referred(attributes.get('data')?.node, values)];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (uses.has(name)) continue;
      uses.set(name, keyword);
      open.push(...(feeding.get(name) ?? []));
    }
  }
  return uses;
}

function referred(node: object | undefined, values: EvaluatedAttributes): readonly string[] {
  const value = node && values.get(node);
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'reference') return [];
  return [value.path.map((part) => part.text).join('.')];
}

function sharedNames(shares: OpenBlock['shares']): readonly string[] {
  return shares.flatMap(({ group, target }) =>
    group ? sharedNames(group) : [target.path.map((part) => part.text).join('.')],
  );
}
