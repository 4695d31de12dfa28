import type { OpenBlock } from './open-block.ts';
import type { EvaluatedAttributes } from './read-value.ts';
import { referredNames } from './referred-names.ts';
import { takeTarget } from './resolve-takes.ts';
import { nameOfReference } from './score-classifiers.ts';

/** What a phase expects of the rows that it reads. */
export type RowUse = 'sft' | 'dpo';

/**
 * Which phase of post-training (or arm that copies one) reads each dataset first, by name: as its `data`, through a mixture,
 * through `take`, or as the source of one that is read. Datasets that no such phase reads are left out.
 */
export function rowUses(recipe: OpenBlock, values: EvaluatedAttributes): ReadonlyMap<string, RowUse> {
  const uses = new Map<string, RowUse>();
  const feeding = new Map(
    recipe.children.flatMap(({ keyword, name, attributes, takes, shares }) => {
      if (name === null || (keyword !== 'dataset' && keyword !== 'mixture')) return [];
      const source = referredNames(attributes.get('source')?.node, values);
      return [[name.text, [...takes.map(takeTarget), ...source, ...sharedNames(shares)]] as const];
    }),
  );
  for (const { use, data } of readers(recipe, values)) {
    const open = [...referredNames(data, values)];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (uses.has(name)) continue;
      uses.set(name, use);
      open.push(...(feeding.get(name) ?? []));
    }
  }
  return uses;
}

/** The `data` of every phase of post-training, then of the arms that copy one. */
function readers(
  { children }: OpenBlock,
  values: EvaluatedAttributes,
): readonly { readonly use: RowUse; readonly data: object | undefined }[] {
  const phases = children.flatMap(({ keyword, name, attributes }) =>
    keyword === 'sft' || keyword === 'dpo'
      ? [{ use: keyword, name: name?.text ?? keyword, data: attributes.get('data')?.node }]
      : [],
  );
  const arms = children.flatMap(({ keyword, attributes, children: arms }) => {
    if (keyword !== 'ablation') return [];
    const [of] = referredNames(attributes.get('of')?.node, values);
    const copied = phases.find(({ name }) => name === of);
    if (copied === undefined) return [];
    return arms.map((arm) => ({ use: copied.use, data: arm.attributes.get('data')?.node }));
  });
  return [...phases, ...arms];
}

function sharedNames(shares: OpenBlock['shares']): readonly string[] {
  return shares.flatMap(({ group, target }) => (group ? sharedNames(group) : [nameOfReference(target)]));
}
