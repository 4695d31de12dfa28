import type { Span } from '../../grammar/index.ts';

export type Severity = 'error' | 'warning' | 'note';

/** A change of the text that would repair the matter. `safe` fixes keep the meaning and are applied by `check --fix`. */
export interface Fix {
  /** What the fix does, in the imperative: "write `warmup`". */
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

/**
 * One message for a person. The code is stable; the message names the thing and the value, in lower case without a full
 * stop; the help says what to do.
 */
export interface Diagnostic {
  /** `SM` and four digits, from the catalogue. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  /** The text under the primary caret, if any. */
  readonly label: string | null;
  /** Other places that matter, each with its label ('' for a bare caret). */
  readonly related: readonly { readonly span: Span; readonly label: string }[];
  readonly notes: readonly string[];
  readonly help: string | null;
  readonly fix: Fix | null;
}
