import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { RenderChat } from './render-chat.ts';

/** Stands for any answer; it is looked for at one known place only. */
const answer = 'answer';

/**
 * The token that a template writes after an assistant's answer, found by writing a conversation with and without the answer;
 * null where none follows it, or where the template writes an unanswered conversation in another way.
 */
export async function turnEndToken(render: RenderChat, tokenizer: TextTokenizer): Promise<number | null> {
  const messages = [
    { role: 'user', content: 'question' },
    { role: 'assistant', content: answer },
  ];
  const asked = render({ messages, tools: null }, 1, true);
  const answered = render({ messages, tools: null }, 2, false);
  if (!answered.startsWith(asked + answer)) return null;
  const [rest] = await tokenizer.encodeBatch([answered.slice(asked.length + answer.length)]);
  const first = rest?.[0];
  // White space alone ends no turn: an answer may hold it too.
  return first === undefined || tokenizer.textOf(first) === null || (await tokenizer.decode([first])).trim() === ''
    ? null
    : first;
}
