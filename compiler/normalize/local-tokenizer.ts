import type { ResolvedSource } from './types.ts';

/** What the checker looks at in the file of a local tokenizer. */
export interface LocalTokenizer {
  readonly path: string;
  /** Its special tokens (`added_tokens`), as they are written. */
  readonly specialTokens: ReadonlySet<string>;
  /** Ids that it may give: its highest plus 1, or 0 where its file gives none. */
  readonly size: number;
}

/**
 * Reads a local `tokenizer.json` when it is asked for, and once. Null for a tokenizer of the hub, and where the file is not
 * there or is none of that form: running says what is wrong with it.
 */
export function localTokenizerOf(
  tokenizer: ResolvedSource | null,
  readLocal: (path: string) => string | null,
): () => LocalTokenizer | null {
  let known: LocalTokenizer | null | undefined;
  return () => {
    if (known === undefined) known = tokenizer?.kind === 'local' ? read(tokenizer.paths, readLocal) : null;
    return known;
  };
}

/** What is used of a `tokenizer.json`; anyone may have written the file, so nothing is sure. */
interface TokenizerFile {
  readonly added_tokens?: unknown;
  readonly model?: { readonly vocab?: unknown } | null;
}

function read(paths: readonly string[], readLocal: (path: string) => string | null): LocalTokenizer | null {
  const path = paths.find((each) => each.endsWith('.json'));
  const text = path === undefined ? null : readLocal(path);
  if (path === undefined || text === null) return null;
  try {
    const { added_tokens: added, model } = JSON.parse(text) as TokenizerFile;
    if (!Array.isArray(added)) return null;
    const tokens = added as readonly ({ readonly content?: unknown; readonly id?: unknown } | null)[];
    const contents = tokens.map((each) => each?.content).filter((content) => typeof content === 'string');
    const ids = [...idsOf(model?.vocab), ...tokens.map((each) => each?.id)];
    const size = ids.reduce<number>(
      (most, id) => (Number.isSafeInteger(id) ? Math.max(most, Number(id) + 1) : most),
      0,
    );
    return { path, specialTokens: new Set(contents), size };
  } catch {
    return null;
  }
}

/** Ids of a vocabulary: Unigram models list their pieces in the order of their ids, the others give the id of each. */
function idsOf(vocabulary: unknown): readonly unknown[] {
  if (Array.isArray(vocabulary)) return vocabulary.length === 0 ? [] : [vocabulary.length - 1];
  return typeof vocabulary === 'object' && vocabulary !== null ? Object.values(vocabulary) : [];
}
