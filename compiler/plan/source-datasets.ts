import type { PlanSource } from './data-types.ts';

/** Names of the datasets whose rows a source gives on: the one that it derives from, or those that it takes rows of, in order. */
export function sourceDatasets(source: PlanSource): readonly string[] {
  if (source.kind === 'dataset') return [source.dataset];
  return source.kind === 'takes' ? source.takes.map(({ dataset }) => dataset) : [];
}
