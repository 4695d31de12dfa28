import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Quantity } from '../quantity/quantity.ts';

/** What the evaluation of an expression needs of its surroundings. */
export interface ValueContext {
  readonly collector: DiagnosticCollector;
  /** Values of the lets by name; null for one that could not be evaluated (a diagnostic says so). */
  readonly lets: ReadonlyMap<string, Quantity | null>;
  /** Part of the file could not be read: a name that is not found may have stood there. */
  readonly incomplete: boolean;
}
