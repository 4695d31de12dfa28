import { DataError } from '../data/data-error.ts';
import { boundedTemplate, TemplateWithoutEnd } from './bounded-template.ts';
import type { ChatFormat } from './chat-format.ts';
import type { Conversation } from './conversation.ts';

/** The template refuses a conversation, or is none; the message is its own. */
export class ChatTemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ChatTemplateError';
  }
}

/** Writes the first `turns` messages of a conversation; `ask`: followed by the beginning of an assistant's turn. */
export type RenderChat = (conversation: Conversation, turns: number, ask: boolean) => string;

/**
 * How a chat template writes conversations, through the Jinja interpreter that Hugging Face made for chat templates: it can
 * call nothing but the language's own functions, and takes no more steps, text or time than `boundedTemplate` allows. Throws `ChatTemplateError`, here for a template that cannot be parsed, later
 * for a conversation that it refuses; DataError for a template that passes those limits.
 */
export function createChatRenderer({ template, bosToken, eosToken }: ChatFormat): RenderChat {
  const render = explained(() => boundedTemplate(template));
  return ({ messages, tools }, turns, ask) =>
    explained(() =>
      render({
        messages: messages.slice(0, turns),
        ...(tools === null ? {} : { tools }),
        add_generation_prompt: ask,
        bos_token: bosToken,
        eos_token: eosToken,
      }),
    );
}

function explained<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    // No matter of one conversation: with thousands of them it would still run without end.
    if (error instanceof TemplateWithoutEnd) {
      throw new DataError(`the chat template does not end: ${error.message}`, 'mend its loops', { cause: error });
    }
    throw new ChatTemplateError((error as Error).message);
  }
}
