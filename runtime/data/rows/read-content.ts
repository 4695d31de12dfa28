import type { PlanRowFormat } from '../../../compiler/plan/index.ts';
import type { ChatMessage } from '../../chat/conversation.ts';
import { checkedText, columnValue, jsonType, type Unusable } from '../sources/row-text.ts';
import type { RowContent } from './row-content.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * What a row says, by its format; or why it cannot be used. A prompt or an answer is a text, or a list of messages as chat data
 * sets have it. Other columns are not looked at but `tools`.
 */
export function readContent(row: Row, format: PlanRowFormat): RowContent | Unusable {
  const tools = Array.isArray(row.tools) && row.tools.length > 0 ? row.tools : null;
  switch (format.kind) {
    case 'messages': {
      const messages = messagesIn(row, format.column, null);
      if (isUnusable(messages)) return messages;
      return { kind: 'conversation', messages, tools };
    }
    case 'prompt_response': {
      const prompt = messagesIn(row, format.prompt, 'user');
      if (isUnusable(prompt)) return prompt;
      const response = messagesIn(row, format.response, 'assistant');
      if (isUnusable(response)) return response;
      return { kind: 'conversation', messages: [...prompt, ...response], tools };
    }
    case 'preference':
      return preferenceIn(row, format, tools);
    case 'text':
      throw new Error('rows of text are no rows of post-training');
  }
}

function preferenceIn(
  row: Row,
  format: PlanRowFormat & { kind: 'preference' },
  tools: readonly unknown[] | null,
): RowContent | Unusable {
  const prompt = messagesIn(row, format.prompt, 'user');
  if (isUnusable(prompt)) return prompt;
  const chosen = answerIn(row, format.chosen, prompt);
  if (isUnusable(chosen)) return chosen;
  const rejected = answerIn(row, format.rejected, prompt);
  return isUnusable(rejected) ? rejected : { kind: 'preference', prompt, chosen, rejected, tools };
}

/** An answer; where it repeats the prompt's messages in front, as some data sets do, these are left out. An empty one is kept. */
function answerIn(row: Row, column: string, prompt: readonly ChatMessage[]): readonly ChatMessage[] | Unusable {
  if (row[column] === '') return [{ role: 'assistant', content: '' }];
  const messages = messagesIn(row, column, 'assistant');
  if (isUnusable(messages)) return messages;
  const repeats =
    messages.length > prompt.length &&
    prompt.every((message, i) => JSON.stringify(message) === JSON.stringify(messages[i]));
  const answer = repeats ? messages.slice(prompt.length) : messages;
  const strange = answer.findIndex(({ role }) => role !== 'assistant' && role !== 'tool');
  if (strange < 0) return answer;
  const reason = `column \`${column}\` has a turn of \`${answer[strange]!.role}\` which the prompt does not have`;
  return { kind: 'not_messages', reason };
}

/** Messages of a column; a text is one message of `role`, where that is given. */
function messagesIn(row: Row, column: string, role: string | null): readonly ChatMessage[] | Unusable {
  const found = columnValue(row, column);
  if ('kind' in found) return found;
  const { value } = found;
  const wrong = (reason: string): Unusable => ({ kind: 'not_messages', reason: `column \`${column}\` ${reason}` });
  if (typeof value === 'string' && role !== null) {
    const text = checkedText(value, `column \`${column}\``);
    return text.text === null ? { kind: text.kind, reason: text.reason } : [{ role, content: value }];
  }
  if (!Array.isArray(value)) return wrong(`is ${jsonType(value)}, not a list of messages`);
  if (value.length === 0) return wrong('has no message');
  for (const [index, message] of (value as readonly unknown[]).entries()) {
    const problem = problemOf(message);
    if (problem !== null) return wrong(`message ${index + 1} ${problem}`);
  }
  return value as readonly ChatMessage[];
}

function problemOf(message: unknown): string | null {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    return `is ${jsonType(message)}, not an object with \`role\` and \`content\``;
  }
  const { role, content, tool_calls: calls } = message as Row;
  if (typeof role !== 'string' || role === '') return 'has no `role`';
  if (typeof content === 'string') {
    return /\p{Surrogate}/u.test(content) ? 'holds half a character' : null;
  }
  return Array.isArray(calls) || Array.isArray(content) ? null : 'has no `content`';
}

function isUnusable(value: object): value is Unusable {
  return 'reason' in value;
}
