import type { PlanChat } from '../../compiler/plan/index.ts';
import type { ChatFormat } from '../chat/chat-format.ts';
import type { Conversation } from '../chat/conversation.ts';
import { ChatTemplateError, createChatRenderer, type RenderChat } from '../chat/render-chat.ts';
import { DataError } from '../data/data-error.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import { type LossOn, trainedSpans, type WrittenConversation } from './trained-spans.ts';

/** A conversation as tokens, with what is trained on. */
export interface EncodedConversation {
  readonly tokens: Int32Array;
  /** 1 for a token that the model is to predict. */
  readonly trained: Uint8Array;
  /** Whether every turn that is trained ends in a mark (`<|im_end|>`) that is trained too. */
  readonly endsTrained: boolean;
}

/** Turns conversations into tokens by one tokenizer, and the template of a phase or of the rows' own data set. */
export interface ChatEncoder {
  /** A conversation as text, by `chat` or the phase's own. Throws `ChatTemplateError` where the template cannot write it. */
  write(conversation: Conversation, lossOn: LossOn, chat?: PlanChat): WrittenConversation;
  /** A text with its spans as tokens. Throws DataError for a text that begins with two tokens of begin. */
  encode(written: readonly WrittenConversation[]): Promise<readonly EncodedConversation[]>;
  /** The beginning of an answer: all messages, and what opens an assistant's turn. */
  prompt(conversation: Conversation, chat?: PlanChat): string;
  readonly tokenizer: TextTokenizer;
}

/**
 * `format` is the phase's; `formatOf` gives those of data sets. Throws DataError for a template that cannot be parsed, those of
 * data sets when their first row is written.
 */
export function createChatEncoder(
  format: ChatFormat,
  tokenizer: TextTokenizer,
  formatOf: (chat: PlanChat) => ChatFormat = () => format,
): ChatEncoder {
  const own = rendererOf(format);
  const others = new Map<string, RenderChat>();
  const rendererFor = (chat?: PlanChat): RenderChat => {
    if (chat === undefined) return own;
    const key = JSON.stringify(chat);
    const render = others.get(key) ?? rendererOf(formatOf(chat));
    others.set(key, render);
    return render;
  };
  const begin = format.bosToken === '' ? null : tokenizer.tokenOf(format.bosToken);
  return {
    tokenizer,
    write: (conversation, lossOn, chat) => trainedSpans(rendererFor(chat), conversation, lossOn),
    prompt: (conversation, chat) => rendererFor(chat)(conversation, conversation.messages.length, true),
    async encode(written) {
      const encodings = await tokenizer.encodeWithEnds(written.map(({ text }) => text));
      return encodings.map(({ ids, ends }, i) => {
        if (begin !== null && ids[0] === begin && ids[1] === begin) throw doubledBegin(format.bosToken);
        return masked(ids, ends, written[i]!, tokenizer.specialTokens);
      });
    },
  };
}

function rendererOf(format: ChatFormat): ReturnType<typeof createChatRenderer> {
  try {
    return createChatRenderer(format, 'training');
  } catch (cause) {
    if (!(cause instanceof ChatTemplateError)) throw cause;
    throw new DataError(`the chat template cannot be read: ${cause.message}`, 'mend the template', { cause });
  }
}

function doubledBegin(token: string): DataError {
  return new DataError(
    `a conversation begins with \`${token}\` twice`,
    'the chat template writes it, and so does the data or the template again: leave one of them out',
  );
}

/**
 * Which tokens are trained: those that end inside a span of the text, up to the last mark in it, which ends the turn. What the
 * template writes after that mark (a line break) belongs to no turn. A token that reaches over a span's beginning is trained.
 */
function masked(
  tokens: Int32Array,
  ends: Int32Array,
  { spans, all }: WrittenConversation,
  marks: ReadonlySet<number>,
): EncodedConversation {
  const trained = new Uint8Array(tokens.length);
  // Nothing stands before the first token that it could be predicted from.
  if (all) return { tokens, trained: trained.fill(1, 1), endsTrained: tokens.length > 1 };
  let endsTrained = spans.length > 0;
  let at = 0;
  for (const { from, to } of spans) {
    while (at < tokens.length && ends[at]! <= from) at++;
    const first = at;
    while (at < tokens.length && ends[at]! <= to) at++;
    let last = at - 1;
    while (last >= first && !marks.has(tokens[last]!)) last--;
    if (last < first) endsTrained = false;
    trained.fill(1, Math.max(1, first), last < first ? at : last + 1);
  }
  return { tokens, trained, endsTrained };
}
