import { printable } from './printable.ts';

/**
 * A plan, a difference or another tree of plain values with every string made safe to be shown: what a recipe's author wrote
 * into a path or a prompt neither steers the terminal of those who read it nor hides a line of theirs. Nothing else changes.
 */
export function printableDocument<T>(document: T): T {
  if (typeof document === 'string') return printable(document) as T;
  if (typeof document !== 'object' || document === null) return document;
  if (Array.isArray(document)) return document.map(printableDocument) as T;
  const entries = Object.entries(document).map(([key, value]) => [printable(key), printableDocument(value)] as const);
  return Object.fromEntries(entries) as T;
}
