import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PlanSource } from '../../compiler/plan/index.ts';
import { localFiles } from '../data/sources/local-files.ts';

/**
 * The files that make up a recipe's tokenizer, by the names that they have in a run folder: `tokenizer.json`, and the
 * `tokenizer_config.json` beside it, which may name its end of text. Call after the tokenizer was loaded.
 */
export function tokenizerFiles(source: PlanSource, recipeFolder: string): Record<string, Uint8Array> {
  if (source.kind !== 'local') throw new Error('a tokenizer that is not local was loaded');
  const [file] = localFiles(source.paths, recipeFolder, 'the tokenizer');
  const files: Record<string, Uint8Array> = { 'tokenizer.json': readFileSync(file!.path) };
  const configuration = join(dirname(file!.path), 'tokenizer_config.json');
  if (existsSync(configuration)) files['tokenizer_config.json'] = readFileSync(configuration);
  return files;
}

/** Where `loadTokenizer` finds the tokenizer of a run folder. */
export const runFolderTokenizer: PlanSource = { kind: 'local', paths: ['tokenizer.json'] };
