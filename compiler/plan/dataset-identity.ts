import type { ResolvedDataset } from '../normalize/types.ts';
import type { Json } from './canonical-json.ts';
import { contentHash } from './content-hash.ts';
import { exactText } from './exact.ts';

/**
 * Ids of datasets by name: what a dataset yields, hashed. A derived dataset's source is its parent's id, so names, places in
 * the file, sizes and domains are outside. Parents must exist and be without cycle, as the checker sees to.
 */
export function datasetIds(datasets: readonly ResolvedDataset[]): ReadonlyMap<string, string> {
  const byName = new Map(datasets.map((dataset) => [dataset.name, dataset]));
  const ids = new Map<string, string>();
  const idOf = (name: string): string => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const dataset = byName.get(name)!;
    const id = contentHash(identity(dataset, originOf(dataset.source.value, idOf)));
    ids.set(name, id);
    return id;
  };
  for (const dataset of datasets) idOf(dataset.name);
  return ids;
}

/** What a dataset is made of, without names: its files, its parent's id, or the ids of what it takes rows of. */
function originOf(source: ResolvedDataset['source']['value'], idOf: (name: string) => string): Json {
  if (source.kind === 'dataset') return idOf(source.dataset);
  if (source.kind !== 'takes') return { ...source };
  const takes = source.takes.map(({ dataset, amount }) => ({
    from: idOf(dataset),
    amount: amount.unit === 'part' ? { part: exactText(amount.amount) } : { ...amount },
  }));
  return { kind: source.kind, takes };
}

function identity(dataset: ResolvedDataset, source: Json): Json {
  return {
    source,
    steps: dataset.steps,
    text_column: dataset.textColumn.value,
    holdout_rows: dataset.holdoutRows.value,
    order: dataset.order.value,
    ...(dataset.format.kind === 'text' ? {} : { format: { ...dataset.format } }),
  };
}
