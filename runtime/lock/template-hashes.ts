import { createHash } from 'node:crypto';
import type { PlanSource } from '../../compiler/plan/index.ts';
import { chatFiles } from '../chat/chat-files.ts';

/** SHA-256 (hex) of the files beside a tokenizer that say how chats are written; null for one that is not there. */
export interface TemplateHashes {
  /** `tokenizer_config.json`: special tokens, and a template where it holds one. */
  readonly configuration: string | null;
  /** `chat_template.jinja`. */
  readonly template: string | null;
}

/** The hashes beside a tokenizer in a folder. Throws DataError for a file that may not be read. */
export function templateHashes(tokenizer: PlanSource, folder: string): TemplateHashes {
  const { configuration, template } = chatFiles(tokenizer, folder);
  return { configuration: hashOf(configuration), template: hashOf(template) };
}

function hashOf(bytes: Buffer | null): string | null {
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
}
