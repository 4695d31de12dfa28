import type { EvaluatedAttributes } from './read-value.ts';
import { nameOfReference } from './score-classifiers.ts';

/** The name that an attribute refers to, alone in a list; none where it is not written, is wrong or is no reference. */
export function referredNames(node: object | undefined, values: EvaluatedAttributes): readonly string[] {
  const value = node && values.get(node);
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'reference') return [];
  return [nameOfReference(value)];
}
