import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { PlanSource } from '../../compiler/plan/index.ts';
import { localFiles } from '../data/sources/local-files.ts';
import { readLocalFile } from '../data/sources/read-local-file.ts';
import { tokenizerConfiguration } from '../data/tokenizer/tokenizer-configuration.ts';
import type { ChatFiles } from './plan-chat-format.ts';

/** What stands beside a local tokenizer and speaks of chat. Throws DataError: a link that leaves the recipe's folder, a folder. */
export function chatFiles(tokenizer: PlanSource, baseDirectory: string): ChatFiles {
  if (tokenizer.kind !== 'local') return { configuration: null, template: null };
  const [file] = localFiles(tokenizer.paths, baseDirectory, 'the tokenizer');
  const configuration = tokenizerConfiguration(file!, baseDirectory);
  const name = path.posix.join(path.posix.dirname(file!.name), 'chat_template.jinja');
  if (lstatSync(path.join(baseDirectory, name), { throwIfNoEntry: false }) === undefined) {
    return { configuration, template: null };
  }
  const [template] = localFiles([name], baseDirectory, 'the chat template');
  return { configuration, template: readLocalFile(template!, 'the chat template') };
}
