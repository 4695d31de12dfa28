import type { ResolvedDataset } from '../normalize/types.ts';
import type { Json } from './canonical-json.ts';
import { contentHash } from './content-hash.ts';

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
    const { source } = dataset;
    const origin = source.value.kind === 'dataset' ? idOf(source.value.dataset) : { ...source.value };
    const id = contentHash(identity(dataset, origin));
    ids.set(name, id);
    return id;
  };
  for (const dataset of datasets) idOf(dataset.name);
  return ids;
}

function identity(dataset: ResolvedDataset, source: Json): Json {
  return {
    source,
    steps: dataset.steps,
    text_column: dataset.textColumn.value,
    holdout_rows: dataset.holdoutRows.value,
    order: dataset.order.value,
  };
}
