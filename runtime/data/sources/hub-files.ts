import type { PlanDataset } from '../../../compiler/plan/index.ts';
import { DataError } from '../data-error.ts';
import type { LocalFile } from './local-files.ts';

/** Files of datasets on the hub, by the dataset's id, fetched before anything is read. */
export type HubFiles = ReadonlyMap<string, readonly LocalFile[]>;

/** The fetched files of a dataset. Throws DataError when it was not fetched. */
export function fetchedFiles({ name, id, source }: PlanDataset, files: HubFiles): readonly LocalFile[] {
  const fetched = files.get(id);
  if (fetched !== undefined) return fetched;
  const repository = source.kind === 'hf' ? source.repository : '';
  throw new DataError(
    `dataset \`${name}\`: its source hf("${repository}") was not fetched`,
    'read it in a run, which fetches it, or give local files: `source = local("data/*.jsonl")`',
  );
}
