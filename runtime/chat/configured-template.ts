/**
 * The chat template that `chat_template` of a `tokenizer_config.json` holds: a text, or a list of named ones, of which `default`
 * counts. null where there is none; undefined where something is there and no template can be told from it.
 */
export function configuredTemplate(value: unknown): string | null | undefined {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  const all: readonly unknown[] = Array.isArray(value) ? value : [];
  for (const each of all) {
    const { name, template } = (each ?? {}) as { name?: unknown; template?: unknown };
    if (name === 'default' && typeof template === 'string') return template;
  }
  return undefined;
}
