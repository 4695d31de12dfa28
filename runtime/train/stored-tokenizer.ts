import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanSource } from '../../compiler/plan/index.ts';
import type { StoredModel } from '../export/stored-model.ts';
import { makeFolders } from '../run-folder/make-folders.ts';
import { runFolderTokenizer } from './tokenizer-files.ts';

/**
 * Writes the tokenizer of a stored model as the files that a tokenizer has, into the cache, under the hash of what they hold; a
 * GGUF file has it inside. Returns where they are.
 */
export function storedTokenizer(
  { tokenizerFiles, chat }: StoredModel,
  cacheFolder: string,
): { readonly source: PlanSource; readonly folder: string } {
  const files: readonly (readonly [string, Buffer | null])[] = [
    ['tokenizer.json', tokenizerFiles.json],
    ['tokenizer_config.json', tokenizerFiles.configuration],
    ['chat_template.jinja', chat === null ? null : Buffer.from(chat.template)],
  ];
  const hash = createHash('sha256');
  for (const [name, bytes] of files)
    hash
      .update(name)
      .update('\0')
      .update(bytes ?? '')
      .update('\0');
  const folder = join(cacheFolder, 'tokenizers', 'stored', hash.digest('hex'));
  makeFolders(folder);
  for (const [name, bytes] of files) if (bytes !== null) writeFileSync(join(folder, name), bytes);
  return { source: runFolderTokenizer, folder };
}
