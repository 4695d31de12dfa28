import type { PlanSource } from '../../compiler/plan/index.ts';
import { chatFiles } from '../chat/chat-files.ts';
import { localFiles } from '../data/sources/local-files.ts';
import { readLocalFile } from '../data/sources/read-local-file.ts';
import { tokenizerConfiguration } from '../data/tokenizer/tokenizer-configuration.ts';

/**
 * The files that make up a recipe's tokenizer, by the names that they have in a run folder: `tokenizer.json`, and the
 * `tokenizer_config.json` and `chat_template.jinja` beside it, which may name its end of text and how chats are written. Call after the tokenizer was loaded.
 * Throws DataError: a file that cannot be read, or that is a link out of the recipe's folder.
 */
export function tokenizerFiles(source: PlanSource, recipeFolder: string): Record<string, Uint8Array> {
  if (source.kind !== 'local') throw new Error('a tokenizer that is not local was loaded');
  const [file] = localFiles(source.paths, recipeFolder, 'the tokenizer');
  const files: Record<string, Uint8Array> = { 'tokenizer.json': readLocalFile(file!, 'the tokenizer') };
  const configuration = tokenizerConfiguration(file!, recipeFolder);
  if (configuration !== null) files['tokenizer_config.json'] = configuration;
  const { template } = chatFiles(source, recipeFolder);
  if (template !== null) files['chat_template.jinja'] = template;
  return files;
}

/** Where `loadTokenizer` finds the tokenizer of a run folder. */
export const runFolderTokenizer: PlanSource = { kind: 'local', paths: ['tokenizer.json'] };
