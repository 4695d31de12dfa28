import type { PlanDataset } from '../../compiler/plan/index.ts';
import { DataError } from './data-error.ts';
import { datasetsBehind } from './derive/datasets-behind.ts';
import { derivationOf } from './derive/derivation.ts';
import { requireEvaluationTasks } from './derive/evaluation-sets.ts';
import { requireDerivable } from './derive/require-derivable.ts';
import { fetchedFiles, type HubFiles } from './sources/hub-files.ts';
import { type LocalFile, localFiles } from './sources/local-files.ts';
import { fileFormat } from './sources/rows.ts';

const help = 'give local files: `source = local("data/*.jsonl")`, for example in a profile';

/**
 * Files of a dataset of text in order, each of a known format; of a derived one those that it derives from. `hubFiles` are those
 * of datasets on the hub; null before they are fetched, when such a dataset has none yet. Throws DataError for a dataset that
 * cannot be read as text, or by these steps; see `localFiles`.
 */
export function datasetFiles(
  dataset: PlanDataset,
  datasets: readonly PlanDataset[],
  baseDirectory: string,
  hubFiles: HubFiles | null = new Map(),
): readonly LocalFile[] {
  const owner = `dataset \`${dataset.name}\``;
  if (dataset.chat !== undefined) {
    throw new DataError(
      `${owner}: a chat template of its own can be planned but not run yet`,
      'leave `chat` out of the dataset, and give plain text or set `chat` in the phase of post-training',
    );
  }
  const { root } = derivationOf(dataset, datasets);
  const { source } = root;
  if (source.kind === 'generate') {
    const from = root === dataset ? '' : ` of \`${root.name}\``;
    throw new DataError(
      `${owner}: rows that a model writes, \`generate(…)\`${from}, can be planned but not made yet`,
      help,
    );
  }
  if (source.kind === 'takes') {
    throw new DataError(`${owner}: datasets made by \`take\` can be planned but not read as text yet`, help);
  }
  if (source.kind === 'dataset') throw new Error('a root that is derived');
  const files =
    source.kind === 'local'
      ? localFiles(source.paths, baseDirectory, owner)
      : hubFiles === null
        ? []
        : fetchedFiles(root, hubFiles);
  for (const file of files) fileFormat(file, owner);
  return files;
}

/** Throws DataError for steps, of a dataset or of one behind it, that cannot be taken here, or whose tasks are not there. */
export function requireSteps(dataset: PlanDataset, datasets: readonly PlanDataset[], baseDirectory: string): void {
  for (const each of datasetsBehind(dataset, datasets)) {
    requireDerivable(each);
    requireEvaluationTasks(each, baseDirectory);
  }
}
