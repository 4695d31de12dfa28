import type { ResolvedClassifier, ResolvedDataset } from '../normalize/types.ts';
import type { Json } from './canonical-json.ts';
import { classifierId } from './classifier-identity.ts';
import { contentHash } from './content-hash.ts';
import { exactText } from './exact.ts';
import { stepText } from './step-text.ts';

/**
 * Ids of datasets by name: what a dataset yields, hashed. A derived dataset's source is its parent's id, so names, places in
 * the file, sizes and domains are outside. Parents must exist and be without cycle, as the checker sees to.
 */
export function datasetIds(
  datasets: readonly ResolvedDataset[],
  classifiers: readonly ResolvedClassifier[] = [],
): ReadonlyMap<string, string> {
  const scorers = new Map(classifiers.map((classifier) => [classifier.name, classifier]));
  const byName = new Map(datasets.map((dataset) => [dataset.name, dataset]));
  const ids = new Map<string, string>();
  const idOf = (name: string): string => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const dataset = byName.get(name)!;
    // Of what steps refer to, what it yields counts, and not its name.
    const referred = { dataset: idOf, classifier: (each: string) => classifierId(scorers.get(each)!, idOf) };
    const steps = dataset.steps.map((step) => stepText(step, referred));
    const id = contentHash(identity(dataset, originOf(dataset.source.value, idOf), steps));
    ids.set(name, id);
    return id;
  };
  for (const dataset of datasets) idOf(dataset.name);
  return ids;
}

/** What a dataset is made of, without names: its files, its parent's id, or the ids of what it takes rows of. */
function originOf(source: ResolvedDataset['source']['value'], idOf: (name: string) => string): Json {
  if (source.kind === 'dataset') return idOf(source.dataset);
  if (source.kind === 'generate') return { ...source, prompts: idOf(source.prompts) };
  if (source.kind !== 'takes') return { ...source };
  const takes = source.takes.map(({ dataset, amount }) => ({
    from: idOf(dataset),
    amount: amount.unit === 'part' ? { part: exactText(amount.amount) } : { ...amount },
  }));
  return { kind: source.kind, takes };
}

function identity(dataset: ResolvedDataset, source: Json, steps: readonly string[]): Json {
  return {
    source,
    steps,
    text_column: dataset.textColumn.value,
    holdout_rows: dataset.holdoutRows.value,
    order: dataset.order.value,
    ...(dataset.format.kind === 'text' ? {} : { format: { ...dataset.format } }),
    ...(dataset.chat === null ? {} : { chat: { ...dataset.chat.value } }),
  };
}
