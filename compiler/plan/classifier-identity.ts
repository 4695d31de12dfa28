import type { ResolvedClassifier } from '../normalize/types.ts';
import { contentHash } from './content-hash.ts';

/** The id of a classifier: what it scores, hashed. Its name is outside; `idOf` gives the id of a dataset. */
export function classifierId(
  { model, reads, annotations, label, least, most }: ResolvedClassifier,
  idOf: (dataset: string) => string,
): string {
  const trained = annotations === null ? {} : { annotations: idOf(annotations.value), label: label.value };
  return contentHash({
    model: { ...model.value },
    reads: reads.value,
    least: least.value,
    most: most.value,
    ...trained,
  });
}
