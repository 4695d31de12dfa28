import { canonicalJson, type Json } from '../plan/canonical-json.ts';
import type { PlanDiff } from './types.ts';

/** The difference as canonical JSON with an indent of two spaces: the tree that the other forms show. */
export function printDiff(diff: PlanDiff): string {
  return `${canonicalJson(diff as unknown as Json, 2)}\n`;
}
