import type { ChatFormat } from '../chat/chat-format.ts';
import { ModelFileError } from './model-file-error.ts';
import { type ModelFolder, readModelBytes, readModelJson } from './model-folder.ts';

/**
 * The chat template of a Hugging Face folder: `chat_template.jinja`, else `chat_template` of `tokenizer_config.json` (a text, or
 * a list of named ones, of which `default` counts); null when there is none. Throws `ModelFileError`.
 */
export function readChatFormat(folder: ModelFolder): ChatFormat | null {
  const configuration = readModelJson(folder, 'tokenizer_config.json') ?? {};
  const template =
    readModelBytes(folder, 'chat_template.jinja')?.toString('utf8') ??
    namedTemplate(folder, configuration.chat_template);
  if (template === null) return null;
  return { template, bosToken: tokenText(configuration.bos_token), eosToken: tokenText(configuration.eos_token) };
}

function namedTemplate(folder: ModelFolder, value: unknown): string | null {
  if (value == null) return null;
  if (typeof value === 'string') return value;
  const templates = Array.isArray(value) ? value : [];
  const found = templates.find((each) => each?.name === 'default' && typeof each.template === 'string');
  if (found !== undefined) return found.template;
  throw new ModelFileError(
    `\`${folder.name}/tokenizer_config.json\` has a \`chat_template\` without a default`,
    'name one of its templates `default`',
  );
}

/** A special token is written as a text or as an object with `content`. */
export function tokenText(value: unknown): string {
  const content = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
  return typeof content === 'string' ? content : '';
}
