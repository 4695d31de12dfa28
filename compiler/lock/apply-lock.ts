import { damagedLock, lockedSize } from '../diagnostics/catalogue/lock.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Resolved, ResolvedDataset, ResolvedRecipe } from '../normalize/types.ts';
import { datasetIds } from '../plan/dataset-identity.ts';
import { type LockedDataset, lockPath, readLock } from './lock-file.ts';

/** A stated size that differs from the counted one by more than this part of it is worth a word. */
const tolerance = 0.01;

/**
 * The recipe with the sizes that were counted for its profile: they win over stated ones. `text` is the lock's; null where
 * there is none.
 */
export function applyLock(
  recipe: ResolvedRecipe,
  path: string,
  text: string | null,
  collector: DiagnosticCollector,
): ResolvedRecipe {
  if (text === null) return recipe;
  const lock = readLock(text);
  if (lock === null) {
    const file = lockPath(path);
    collector.add(diagnose(damagedLock, recipe.nameSpan, { file }));
    return recipe;
  }
  const locked = lock.profiles.find(({ profile }) => profile === recipe.profile);
  if (locked === undefined) return recipe;
  const ids = datasetIds(recipe.datasets);
  const byId = new Map(locked.datasets.map((dataset) => [dataset.id, dataset]));
  const datasets = recipe.datasets.map((dataset) => {
    const counted = byId.get(ids.get(dataset.name)!);
    return counted === undefined ? dataset : withCounts(dataset, counted, collector);
  });
  return { ...recipe, datasets };
}

function withCounts(dataset: ResolvedDataset, counted: LockedDataset, collector: DiagnosticCollector): ResolvedDataset {
  const { name, sizeTokens, sizeRows } = dataset;
  warn(name, 'tokens', sizeTokens, counted.tokens, collector);
  warn(name, 'rows', sizeRows, counted.rows, collector);
  const origin = { from: 'default', source: 'counted by `smol lock`' } as const;
  return {
    ...dataset,
    sizeTokens: counted.tokens === null ? sizeTokens : { value: counted.tokens, origin },
    sizeRows: { value: counted.rows, origin },
  };
}

function warn(
  dataset: string,
  unit: 'tokens' | 'rows',
  stated: Resolved<number> | null,
  counted: number | null,
  collector: DiagnosticCollector,
): void {
  if (stated === null || counted === null || !('span' in stated.origin)) return;
  if (Math.abs(stated.value - counted) <= tolerance * counted) return;
  collector.add(diagnose(lockedSize, stated.origin.span, { dataset, unit, stated: stated.value, counted }));
}
