import type { Plan, PlanDataset } from '../plan/types.ts';
import { align, type Pair } from './align.ts';

/** Which datasets of two plans are one: by what they yield, then by name. */
export interface DatasetMatch {
  readonly pairs: readonly Pair<PlanDataset>[];
  /** One key for the dataset of a name in either plan; two names of one plan that yield the same share it. */
  readonly keyOf: (side: 'old' | 'new', name: string) => string;
}

export function matchDatasets(old: Plan, next: Plan): DatasetMatch {
  const pairs = align(old.datasets, next.datasets, [
    ({ id, name }) => `${id} ${name}`,
    ({ id }) => id,
    ({ name }) => name,
  ]);
  const oldIds = new Set(old.datasets.map(({ id }) => id));
  // A changed dataset has another id on each side: both stand for it. An id that both sides know stands for itself.
  const oldIdOf = new Map<string, string>();
  for (const pair of pairs) {
    if (pair.old !== null && pair.new !== null && !oldIds.has(pair.new.id)) oldIdOf.set(pair.new.id, pair.old.id);
  }
  const ids = {
    old: new Map(old.datasets.map(({ name, id }) => [name, id])),
    new: new Map(next.datasets.map(({ name, id }) => [name, oldIdOf.get(id) ?? id])),
  };
  return { pairs, keyOf: (side, name) => ids[side].get(name) ?? name };
}
