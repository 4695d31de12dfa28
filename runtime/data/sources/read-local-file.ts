import { readFileSync } from 'node:fs';
import { DataError } from '../data-error.ts';
import type { LocalFile } from './local-files.ts';

/** The bytes of a file that `localFiles` found. `owner` is named in errors. Throws DataError: a file that cannot be read. */
export function readLocalFile(file: LocalFile, owner: string): Buffer {
  try {
    return readFileSync(file.path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new DataError(`${owner}: \`${file.name}\` cannot be read (${code})`, 'check that it is a readable file', {
      cause,
    });
  }
}
