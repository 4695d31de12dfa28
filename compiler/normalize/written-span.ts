import type { Span } from '../../grammar/index.ts';
import type { Origin } from './types.ts';

/** Where a file writes a value; null for a default and for a setting of the command line. */
export function writtenSpan(origin: Origin): Span | null {
  return 'span' in origin ? origin.span : null;
}
