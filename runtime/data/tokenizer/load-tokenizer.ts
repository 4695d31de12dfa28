import type { PlanSource } from '../../../compiler/plan/index.ts';
import { DataError } from '../data-error.ts';
import { type LocalFile, localFiles } from '../sources/local-files.ts';
import { readLocalFile } from '../sources/read-local-file.ts';
import { createTokenizer } from './create-tokenizer.ts';
import type { TextTokenizer } from './text-tokenizer.ts';
import { tokenizerConfiguration } from './tokenizer-configuration.ts';

/**
 * The recipe's tokenizer, from its local files (see `createTokenizer`).
 * Throws DataError: a source that is not one local file, a file that cannot be read, or that is no tokenizer.
 */
export function loadTokenizer(source: PlanSource, baseDirectory: string): TextTokenizer {
  const file = tokenizerFile(source, baseDirectory);
  const json = readLocalFile(file, 'the tokenizer');
  return createTokenizer({ name: file.name, json, configuration: tokenizerConfiguration(file, baseDirectory) });
}

function tokenizerFile(source: PlanSource, baseDirectory: string): LocalFile {
  if (source.kind !== 'local') {
    const name = source.kind === 'hf' ? `hf("${source.repository}")` : 'of another dataset';
    throw new DataError(
      `the tokenizer ${name} can be planned but not loaded yet`,
      'give a local file: `tokenizer = local("tokenizer.json")`',
    );
  }
  const files = localFiles(source.paths, baseDirectory, 'the tokenizer');
  const [file] = files;
  if (file === undefined || files.length > 1) {
    throw new DataError(`the tokenizer is ${files.length} files`, 'name one `tokenizer.json`');
  }
  return file;
}
