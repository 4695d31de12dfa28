import type { ChatFormat } from '../chat/chat-format.ts';
import { configuredTemplate } from '../chat/configured-template.ts';
import { specialTokenText } from '../chat/special-token-text.ts';
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
  return {
    template,
    bosToken: specialTokenText(configuration.bos_token),
    eosToken: specialTokenText(configuration.eos_token),
  };
}

function namedTemplate(folder: ModelFolder, value: unknown): string | null {
  const template = configuredTemplate(value);
  if (template !== undefined) return template;
  throw new ModelFileError(
    `\`${folder.name}/tokenizer_config.json\` has a \`chat_template\` without a default`,
    'name one of its templates `default`',
  );
}
