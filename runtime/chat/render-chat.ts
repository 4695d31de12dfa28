import { DataError } from '../data/data-error.ts';
import { boundedTemplate, dateGlobal, TemplateWithoutEnd } from './bounded-template.ts';
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
 * call nothing but the language's own functions, and takes no more steps, text or time than `boundedTemplate` allows. `use` is
 * `training` where equal rows have to give equal texts on every day. Throws `ChatTemplateError`, here for a template that cannot be
 * parsed, later for a conversation that it refuses; DataError for a template that passes those limits or, in training, writes the day.
 */
export function createChatRenderer(
  { template, bosToken, eosToken }: ChatFormat,
  use: 'conversation' | 'training' = 'conversation',
): RenderChat {
  const render = explained(() => boundedTemplate(template));
  return ({ messages, tools }, turns, ask) => {
    const variables = {
      messages: messages.slice(0, turns),
      ...(tools === null ? {} : { tools }),
      add_generation_prompt: ask,
      bos_token: bosToken,
      eos_token: eosToken,
    };
    if (use === 'conversation') return explained(() => render({ ...dateGlobal, ...variables }));
    try {
      // Templates that ask whether the function is there, as Llama's do, write a date of their own without it.
      return explained(() => render(variables));
    } catch (error) {
      if (error instanceof ChatTemplateError && writesDay(render, variables)) throw dayInTraining(error);
      throw error;
    }
  };
}

/** Whether a template that failed without the day's function calls it. */
function writesDay(render: ReturnType<typeof boundedTemplate>, variables: Readonly<Record<string, unknown>>): boolean {
  let called = false;
  const strftime_now = () => {
    called = true;
    return '';
  };
  try {
    render({ ...variables, strftime_now });
  } catch {
    // It fails for another reason, too; the first one was said.
  }
  return called;
}

function dayInTraining(cause: unknown): DataError {
  return new DataError(
    'the chat template writes the day (`strftime_now`): equal rows would give other tokens tomorrow',
    'write the date out in a template of the recipe, `chat = jinja("…")`, or use one without it, such as `chatml()`',
    { cause },
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
