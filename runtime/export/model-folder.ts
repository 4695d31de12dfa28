import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isWithinBounds } from '../data/sources/folder-bounds.ts';
import { ModelFileError } from './model-file-error.ts';

/** A folder with a model's files, as they are named on the hub. */
export interface ModelFolder {
  /** For messages. */
  readonly name: string;
  readonly path: string;
  /** The real path of a file in the folder; null when there is none. Throws `ModelFileError` for one that may not be read. */
  file(name: string): string | null;
}

/**
 * The model folder at `path`. With `within`, a file that is a link out of that folder is refused: what a recipe names must lie
 * in the recipe's folder.
 */
export function modelFolderAt(path: string, name: string, within: string | null = null): ModelFolder {
  return {
    name,
    path,
    file(fileName) {
      const file = join(path, fileName);
      if (basename(fileName) !== fileName) {
        throw new ModelFileError(`\`${name}\` names a file outside it: \`${fileName}\``, 'download the model again');
      }
      const stat = statSync(file, { throwIfNoEntry: false });
      if (stat === undefined) return null;
      if (!stat.isFile()) throw new ModelFileError(`\`${file}\` is not a file`, 'put the model’s file in its place');
      const real = realpathSync(file);
      if (within !== null && !isWithinBounds(real, within)) {
        throw new ModelFileError(
          `\`${name}/${fileName}\` is a link that leaves the recipe's folder`,
          'copy the model into it, so that the recipe can be read elsewhere',
        );
      }
      return real;
    },
  };
}

/** Largest JSON file of a model that is read: tokenizers have some 10 MB. */
const maximumJsonBytes = 256 * 1024 * 1024;

/** A JSON object in the folder; null when the file is not there. Throws `ModelFileError` for what is not a JSON object. */
export function readModelJson(folder: ModelFolder, fileName: string): Readonly<Record<string, unknown>> | null {
  const bytes = readModelBytes(folder, fileName);
  if (bytes === null) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new ModelFileError(`\`${folder.name}/${fileName}\` is not a JSON object`, 'download the model again');
}

/** Bytes of a small file of the folder; null when it is not there. Throws `ModelFileError`. */
export function readModelBytes(folder: ModelFolder, fileName: string): Buffer | null {
  const path = folder.file(fileName);
  if (path === null) return null;
  const { size } = statSync(path);
  if (size > maximumJsonBytes) {
    throw new ModelFileError(`\`${folder.name}/${fileName}\` has ${size} bytes, too many`, 'download the model again');
  }
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ModelFileError(`\`${folder.name}/${fileName}\` cannot be read (${code})`, 'check its permissions', {
      cause,
    });
  }
}
