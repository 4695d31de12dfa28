import type { ResolvedSource } from './types.ts';

/** The special tokens of a tokenizer's file, as they are written. */
export interface SpecialTokens {
  readonly path: string;
  readonly tokens: ReadonlySet<string>;
}

/**
 * Reads the special tokens of a local `tokenizer.json` (its `added_tokens`), when they are asked for and once. Null for a
 * tokenizer of the hub, and where the file is not there or is none of that form: running says what is wrong with it.
 */
export function specialTokensOf(
  tokenizer: ResolvedSource | null,
  readLocal: (path: string) => string | null,
): () => SpecialTokens | null {
  let known: SpecialTokens | null | undefined;
  return () => {
    if (known === undefined) known = tokenizer?.kind === 'local' ? read(tokenizer.paths, readLocal) : null;
    return known;
  };
}

function read(paths: readonly string[], readLocal: (path: string) => string | null): SpecialTokens | null {
  const path = paths.find((each) => each.endsWith('.json'));
  const text = path === undefined ? null : readLocal(path);
  if (path === undefined || text === null) return null;
  try {
    const { added_tokens: added } = JSON.parse(text) as { readonly added_tokens?: unknown };
    if (!Array.isArray(added)) return null;
    const contents = added.map((each: { readonly content?: unknown } | null) => each?.content);
    return { path, tokens: new Set(contents.filter((content) => typeof content === 'string')) };
  } catch {
    return null;
  }
}
