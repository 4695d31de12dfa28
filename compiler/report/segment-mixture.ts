import type { Plan, PlanSegment, PlanStage } from '../plan/types.ts';

/** The shares of a segment by the names of datasets, as a stage lists its own. */
export function segmentMixture(
  { datasets }: Plan,
  { shares }: PlanSegment,
): readonly Pick<PlanStage['mixture'][number], 'dataset' | 'share'>[] {
  const names = new Map(datasets.map(({ id, name }) => [id, name]));
  return shares.map(({ dataset_id, share }) => ({ dataset: names.get(dataset_id)!, share }));
}
