/** The text of a special token as `tokenizer_config.json` writes it: a text, or an object with `content`; '' for none. */
export function specialTokenText(value: unknown): string {
  const content = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
  return typeof content === 'string' ? content : '';
}
