import { lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { DataError } from '../data-error.ts';
import { type LocalFile, localFiles } from '../sources/local-files.ts';
import { readLocalFile } from '../sources/read-local-file.ts';

const configurationName = 'tokenizer_config.json';

/**
 * The bytes of the `tokenizer_config.json` beside a tokenizer, held to the rules of every local file; null where there is
 * none. Throws DataError: a link that leaves the recipe's folder, a folder, a file that cannot be read.
 */
export function tokenizerConfiguration(tokenizer: LocalFile, baseDirectory: string): Buffer | null {
  const file = path.join(path.dirname(tokenizer.path), configurationName);
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return null;
  const name = path.relative(realpathSync(baseDirectory), file).split(path.sep).join('/');
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DataError(
      `the tokenizer: \`${name}\` is a folder`,
      'move it away, or put the file of that name that belongs to the tokenizer in its place',
    );
  }
  const [found] = localFiles([name], baseDirectory, 'the tokenizer');
  return readLocalFile(found!, 'the tokenizer');
}
