import { join } from 'node:path';
import { chatmlTemplate } from '../../compiler/plan/chatml-template.ts';
import type { ChatFormat } from '../../runtime/chat/chat-format.ts';
import type { ChatMessage } from '../../runtime/chat/conversation.ts';
import type { DataRow } from '../../runtime/data/rows/row-content.ts';
import { loadTokenizer } from '../../runtime/data/tokenizer/load-tokenizer.ts';
import { createChatEncoder } from '../../runtime/tuning/chat-encoder.ts';

export const chatTokenizer = loadTokenizer(
  { kind: 'local', paths: ['tokenizer.json'] },
  join(import.meta.dirname, '../../examples/data'),
);

export const user = (content: string): ChatMessage => ({ role: 'user', content });
export const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });
export const system = (content: string): ChatMessage => ({ role: 'system', content });

export function chatRow(messages: readonly ChatMessage[], line = 1): DataRow {
  const content = { kind: 'conversation', messages, tools: null } as const;
  return { content, key: JSON.stringify(content), file: 'chats.jsonl', line };
}

/** ChatML without a system turn of its own, unless something else is asked for. */
export function chatEncoder(changes: Partial<ChatFormat> = {}) {
  const format = { template: chatmlTemplate(null), bosToken: '', eosToken: '', ...changes };
  return createChatEncoder(format, chatTokenizer);
}

/** The text of the trained tokens, each run of them apart. */
export async function trainedText(tokens: Int32Array, trained: Uint8Array): Promise<string[]> {
  const runs: number[][] = [];
  tokens.forEach((token, i) => {
    if (trained[i] !== 1) return;
    if (i === 0 || trained[i - 1] !== 1) runs.push([]);
    runs.at(-1)!.push(token);
  });
  return Promise.all(runs.map((run) => chatTokenizer.decode(run)));
}
