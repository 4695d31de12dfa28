import { align } from './align.ts';
import { change, type DiffContext } from './diff-context.ts';
import { noEffect } from './effect.ts';
import { fieldChanges } from './field-changes.ts';
import type { Change } from './types.ts';

/** Classifiers that came, went, were renamed or score otherwise; what that does to a run, the datasets that they score say. */
export function classifierChanges({ old, new: next }: DiffContext): readonly Change[] {
  const pairs = align(old.classifiers ?? [], next.classifiers ?? [], [
    ({ id, name }) => `${id} ${name}`,
    ({ name }) => name,
    ({ id }) => id,
  ]);
  return pairs.flatMap((pair) => {
    const classifier = (pair.new ?? pair.old)!;
    const common = { subject: 'classifier', name: classifier.name, effect: noEffect } as const;
    if (pair.old === null || pair.new === null) {
      return [change({ ...common, action: pair.old === null ? 'added' : 'removed' })];
    }
    // Names of datasets are no content; of one id, nothing else can differ.
    const same = pair.old.id === pair.new.id;
    const rows = { model: { unit: 'source' } } as const;
    const children = same ? [] : fieldChanges(pair.old, pair.new, { rows, skip: ['id', 'name'], effect: noEffect });
    const renamed = pair.old.name !== pair.new.name;
    if (same && !renamed) return [];
    return [
      change({
        ...common,
        action: same ? 'renamed' : 'changed',
        old_name: renamed ? pair.old.name : null,
        reason: same ? 'same_source' : children.length === 0 ? 'follows' : 'written',
        children,
      }),
    ];
  });
}
