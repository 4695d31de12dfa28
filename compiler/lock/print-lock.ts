import { canonicalJson, type Json } from '../plan/canonical-json.ts';
import type { LockFile } from './lock-file.ts';

/** A lock as its file holds it: canonical JSON with an indent of two spaces, so that a change of data is a change of lines. */
export function printLock(lock: LockFile): string {
  return `${canonicalJson(lock as unknown as Json, 2)}\n`;
}
