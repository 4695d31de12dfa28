import type { ChatMessage } from '../../chat/conversation.ts';
import type { RowContent } from './row-content.ts';

/**
 * The words of a row of post-training, without roles and marks: the contents of all messages, of a pair both answers, a line each.
 * This is the text that steps of derived datasets count, compare and tell the language of.
 */
export function contentText(content: RowContent): string {
  const messages =
    content.kind === 'conversation' ? content.messages : [...content.prompt, ...content.chosen, ...content.rejected];
  return messages.map(messageText).join('\n');
}

/** A content may be a list of parts, as some templates have it. */
function messageText({ content }: ChatMessage): string {
  if (typeof content === 'string') return content;
  return content === undefined || content === null ? '' : JSON.stringify(content);
}
