import type { Conversation } from '../chat/conversation.ts';
import { ChatTemplateError, type RenderChat } from '../chat/render-chat.ts';

/** What of a conversation is trained on. */
export type LossOn = 'assistant' | 'last_turn' | 'all';

/** A conversation as text, and the parts of it that an assistant wrote, with what ends each turn. */
export interface WrittenConversation {
  readonly text: string;
  /** In code points, in order, `to` excluded. */
  readonly spans: readonly { readonly from: number; readonly to: number }[];
  /** Everything is trained on. */
  readonly all: boolean;
}

/**
 * Writes a conversation and finds the assistant's turns by writing it turn by turn: a turn is what comes to the text by it, from
 * where the template has asked for it. The text is never searched, so a repeated sentence or an empty turn changes nothing.
 * Throws `ChatTemplateError` for a template that writes earlier turns differently when one is appended: then nothing says which
 * tokens a turn has.
 */
export function trainedSpans(render: RenderChat, conversation: Conversation, lossOn: LossOn): WrittenConversation {
  const { messages } = conversation;
  const text = render(conversation, messages.length, false);
  if (lossOn === 'all') return { text, spans: [], all: true };
  const turns = messages.flatMap(({ role }, index) => (role === 'assistant' ? [index] : []));
  const trained = lossOn === 'last_turn' ? turns.slice(-1) : turns;
  let counted = { units: 0, points: 0 };
  const pointsTo = (units: number) => {
    counted = { units, points: counted.points + codePoints(text, counted.units, units) };
    return counted.points;
  };
  const spans = trained.map((index) => {
    const asked = render(conversation, index, true);
    const answered = render(conversation, index + 1, false);
    if (!answered.startsWith(asked)) {
      throw new ChatTemplateError(`turn ${index + 1} (assistant) does not begin as the template asks for it`);
    }
    if (!text.startsWith(answered)) {
      throw new ChatTemplateError(`turns 1 to ${index + 1} are written differently when the next turn is appended`);
    }
    return { from: pointsTo(asked.length), to: pointsTo(answered.length) };
  });
  return { text, spans, all: false };
}

/** Code points of a part of a text; a tokenizer's offsets count these, JavaScript's counts halves of some. */
function codePoints(text: string, from: number, to: number): number {
  let points = 0;
  for (let at = from; at < to; points++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return points;
}
