import { readFileSync, realpathSync, statSync } from 'node:fs';
import type { LocalFile } from '../data/sources/local-files.ts';
import { type DatasetPart, datasetPartFiles } from './dataset-files.ts';
import type { HubAccess } from './hub-access.ts';
import { HubError } from './hub-error.ts';
import { openRepository } from './hub-repository.ts';

/** Fetched files of a dataset, in the order of their names, all of one commit. */
export interface FetchedDataset {
  readonly files: readonly LocalFile[];
  readonly commit: string;
}

/**
 * Fetches the files of a part of a dataset on the hub. Throws `HubError`: also for a part that has no file, or files that cannot be
 * read (`.jsonl`, `.parquet` and `.txt` can), before any is fetched.
 */
export async function fetchDataset(
  access: HubAccess,
  name: string,
  revision: string | null,
  part: DatasetPart,
): Promise<FetchedDataset> {
  const repository = await openRepository(access, { type: 'dataset', name }, revision);
  const readme = repository.files.includes('README.md') ? await repository.fetch('README.md') : null;
  const paths = datasetPartFiles(repository.files, readme === null ? null : readFileSync(readme, 'utf8'), part);
  const asked = `${part.config === null ? '' : `configuration \`${part.config}\`, `}split \`${part.split ?? 'train'}\``;
  if (paths.length === 0) {
    const help = 'look at its files on the hub, and name one with `config = "…"` and `split = "…"`';
    throw new HubError(`${repository.owner} has no file of ${asked}`, help, 1);
  }
  const unreadable = paths.find((path) => !/\.(jsonl|parquet|txt)$/i.test(path));
  if (unreadable !== undefined) {
    throw new HubError(
      `${repository.owner}: \`${unreadable}\` of ${asked} cannot be read; \`.jsonl\`, \`.parquet\` and \`.txt\` files can`,
      'convert it, for example with the `datasets` library (`to_json`), and give the file with `local(…)`',
      1,
    );
  }
  const files: LocalFile[] = [];
  for (const path of paths) {
    const place = realpathSync(await repository.fetch(path));
    files.push({ name: path, path: place, bytes: statSync(place).size });
  }
  return { files, commit: repository.commit };
}
