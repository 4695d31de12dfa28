import type { Span } from '../../grammar/index.ts';
import type { Fix } from '../diagnostics/types.ts';

/** Writes the near name in place of the misspelt one, when there is exactly one. It is a guess, so it is not safe. */
export function replaceNameFix(span: Span, near: readonly string[]): Fix | null {
  const [name] = near;
  if (name === undefined || near.length > 1) return null;
  return { title: `write \`${name}\``, safe: false, edits: [{ span, text: name }] };
}
