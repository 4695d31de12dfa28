import { dirname } from 'node:path';
import { type ModelFolder, modelFolderAt } from '../export/model-folder.ts';
import { weightFileNames } from '../export/weight-files.ts';
import type { HubAccess } from './hub-access.ts';
import { HubError } from './hub-error.ts';
import { type HubRepository, openRepository } from './hub-repository.ts';

/** A folder with files of a repository, all of one commit. */
export interface FetchedFolder {
  readonly folder: ModelFolder;
  readonly commit: string;
}

const tokenizerNames = ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'];
const modelNames = ['config.json', 'generation_config.json', ...tokenizerNames];
const weightNames = ['model.safetensors', 'model.safetensors.index.json'];

/** Fetches the files of a model that are read, and no others. Throws `HubError` or `ModelFileError`. */
export async function fetchModel(access: HubAccess, name: string, revision: string | null): Promise<FetchedFolder> {
  const repository = await openRepository(access, { type: 'model', name }, revision);
  const weights = weightNames.find((file) => repository.files.includes(file));
  const fetched = await fetchInto(repository, name, [...modelNames, ...(weights === undefined ? [] : [weights])]);
  for (const file of weightFileNames(fetched.folder)) await repository.fetch(file);
  return fetched;
}

/** Fetches a repository's tokenizer alone. Throws `HubError`. */
export async function fetchTokenizer(access: HubAccess, name: string, revision: string | null): Promise<FetchedFolder> {
  return fetchInto(await openRepository(access, { type: 'model', name }, revision), name, tokenizerNames);
}

/** Those of the files that the repository has. */
async function fetchInto(repository: HubRepository, name: string, names: readonly string[]): Promise<FetchedFolder> {
  let path: string | null = null;
  for (const file of names) {
    if (repository.files.includes(file)) path = await repository.fetch(file);
  }
  if (path !== null) return { folder: modelFolderAt(dirname(path), `hf("${name}")`), commit: repository.commit };
  throw new HubError(
    `${repository.owner} has none of ${names.map((file) => `\`${file}\``).join(', ')}`,
    'choose another',
    1,
  );
}
