import type { Change } from './types.ts';

/** The warnings of changes and of all below them, in their order. */
export function warningsOf(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ warning, children }) => [
    ...(warning === undefined ? [] : [warning]),
    ...warningsOf(children),
  ]);
}
