import { chatmlTemplate, type PlanTuning } from '../../compiler/plan/index.ts';
import { DataError } from '../data/data-error.ts';
import type { ChatFormat } from './chat-format.ts';
import { configuredTemplate } from './configured-template.ts';
import { specialTokenText } from './special-token-text.ts';

/** The files of a tokenizer that speak of chat: `tokenizer_config.json` and `chat_template.jinja`; null where there is none. */
export interface ChatFiles {
  readonly configuration: Buffer | null;
  readonly template: Buffer | null;
}

/** The chat format that a phase asks for. Throws DataError when it is to come from the tokenizer, which has none. */
export function planChatFormat(chat: PlanTuning['chat'], files: ChatFiles): ChatFormat {
  const configuration = parsed(files.configuration);
  const tokens = {
    bosToken: specialTokenText(configuration.bos_token),
    eosToken: specialTokenText(configuration.eos_token),
  };
  switch (chat.kind) {
    case 'chatml':
      return { template: chatmlTemplate(chat.system), ...tokens };
    case 'jinja':
      return { template: chat.template, ...tokens };
    case 'from_tokenizer':
      return { template: templateOf(files, configuration.chat_template), ...tokens };
  }
}

function templateOf({ template }: ChatFiles, named: unknown): string {
  if (template !== null) return template.toString('utf8');
  const configured = configuredTemplate(named);
  if (typeof configured === 'string') return configured;
  throw new DataError(
    'the tokenizer brings no chat template along: its `tokenizer_config.json` has no `chat_template` text',
    'write `chat = chatml()`, or a template of your own: `chat = jinja("""…""")`',
  );
}

function parsed(configuration: Buffer | null): Readonly<Record<string, unknown>> {
  if (configuration === null) return {};
  try {
    const value: unknown = JSON.parse(configuration.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch (cause) {
    throw new DataError('the `tokenizer_config.json` beside the tokenizer is not JSON', 'mend or remove it', { cause });
  }
}
