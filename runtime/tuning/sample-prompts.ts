import { ChatTemplateError } from '../chat/render-chat.ts';
import type { DatasetContents } from '../data/rows/dataset-contents.ts';
import type { RowContent } from '../data/rows/row-content.ts';
import type { ChatEncoder } from './chat-encoder.ts';

/** One conversation of a dataset up to its last answer, held out where any is: what a sample of the trained model answers. */
export function promptsOf(
  dataset: string,
  { training, heldOut }: DatasetContents,
  encoder: ChatEncoder,
): readonly { readonly dataset: string; readonly prompt: string }[] {
  const rows = [...heldOut.flatMap((part) => part.rows), ...training.slice(0, 1)];
  const [row] = rows;
  if (row === undefined) return [];
  const { content, chat } = row;
  try {
    return [{ dataset, prompt: encoder.prompt({ messages: askedMessages(content), tools: content.tools }, chat) }];
  } catch (error) {
    // A sample is no reason to stop: the rows themselves are checked elsewhere.
    if (error instanceof ChatTemplateError) return [];
    throw error;
  }
}

function askedMessages(content: RowContent) {
  if (content.kind === 'preference') return content.prompt;
  const last = content.messages.findLastIndex(({ role }) => role === 'assistant');
  return content.messages.slice(0, last < 0 ? content.messages.length : last);
}
