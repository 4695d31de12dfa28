import { type PlanDataset, sourceDatasets } from '../../../compiler/plan/index.ts';
import { datasetNamed } from './derivation.ts';

/**
 * All datasets whose rows are read for a dataset: itself, what it derives from or takes rows of, and what its steps compare rows
 * with; each once.
 */
export function datasetsBehind(dataset: PlanDataset, datasets: readonly PlanDataset[]): readonly PlanDataset[] {
  const found = new Set([dataset]);
  // A set grows while it is walked.
  for (const each of found) for (const name of namesIn(each)) found.add(datasetNamed(name, datasets));
  return [...found];
}

function namesIn({ source, steps }: PlanDataset): readonly string[] {
  const compared = steps.flatMap((step) => (step.kind === 'decontaminate' ? step.against : []));
  return [...sourceDatasets(source), ...compared.flatMap((set) => (set.kind === 'dataset' ? [set.dataset] : []))];
}
