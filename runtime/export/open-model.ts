import { existsSync, statSync } from 'node:fs';
import { openGguf } from './gguf/open-gguf.ts';
import { ModelFileError } from './model-file-error.ts';
import { modelFolderAt } from './model-folder.ts';
import { openModelFolder } from './open-model-folder.ts';
import type { StoredModel } from './stored-model.ts';

/** Whether a path is what `openModel` reads: a `.gguf` file, or a folder with a `config.json`. */
export function isStoredModel(path: string): boolean {
  return path.endsWith('.gguf') ? existsSync(path) : existsSync(`${path}/config.json`);
}

/**
 * The model at a path: a Hugging Face folder or a `.gguf` file. `name` stands in messages; with `within`, links out of that
 * folder are refused. Throws `ModelFileError`.
 */
export async function openModel(path: string, name: string, within: string | null = null): Promise<StoredModel> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new ModelFileError(`\`${name}\` is not there`, 'check the path');
  if (stat.isDirectory()) return openModelFolder(modelFolderAt(path, name, within));
  if (stat.isFile() && path.endsWith('.gguf')) return openGguf(path, name);
  throw new ModelFileError(
    `\`${name}\` is neither a Hugging Face folder nor a \`.gguf\` file`,
    'name the folder that holds `config.json`, or a GGUF file',
  );
}
