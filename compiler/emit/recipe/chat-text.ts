import type { ResolvedChat } from '../../normalize/types.ts';

/** A chat template as `chat` gives it. */
export function chatText(chat: ResolvedChat): string {
  if (chat.kind === 'from_tokenizer') return 'from_tokenizer()';
  if (chat.kind === 'jinja') return `jinja(${JSON.stringify(chat.template)})`;
  return chat.system === null ? 'chatml()' : `chatml(system = ${JSON.stringify(chat.system)})`;
}
