import type { Span } from '../../grammar/index.ts';
import type { Target } from '../emit/targets.ts';
import type { Diagnostic, Fix, Severity } from './types.ts';

/**
 * One row of the catalogue of diagnostics. `Data` holds the numbers and names of the person's file that the texts need, so
 * that a missing one is a compile error.
 */
export interface CatalogueRow<Data> {
  /** `SM` and four digits; stable, never reused. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong, one line, lower case, identifiers in backticks, no full stop. */
  readonly message: (data: Data) => string;
  /** Text under the caret. */
  readonly label?: (data: Data) => string | null;
  readonly notes?: (data: Data) => readonly string[];
  /** What to do, in the imperative; null where nothing can be said for this case. */
  readonly help?: (data: Data) => string | null;
  /** The page of `smol explain`: why the rule exists, a recipe that triggers it and the repaired one. All three are tested. */
  readonly explain: Explanation;
}

export interface Explanation {
  readonly title: string;
  readonly why: string;
  /** A complete `.smol` text that triggers the row. */
  readonly wrong: string;
  /** The same text, repaired: it does not trigger the row. */
  readonly right: string;
  /** Where the row is about the command line: the options given with each text. */
  readonly options?: { readonly wrong: ExampleOptions; readonly right: ExampleOptions };
  /** Files beside both texts, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** The same files for the repaired text, where the repair is one of them. */
  readonly repairedFiles?: Readonly<Record<string, string>>;
}

/** Options of `smol check` that an example is checked with. */
export interface ExampleOptions {
  readonly profile?: string;
  readonly settings?: readonly string[];
  /** What the example is written for, with `smol compile`. */
  readonly target?: Target;
  /** The example is a configuration of this program, given to `smol import`; YAML files beside it are parts of the same run. */
  readonly importFrom?: 'nanotron';
}

/** Gives a row its type: `defineRow<{ name: string }>({ code: 'SM1001', … })`. */
export function defineRow<Data>(row: CatalogueRow<Data>): CatalogueRow<Data> {
  return row;
}

/** Makes the diagnostic of a row at a place. */
export function diagnose<Data>(
  row: CatalogueRow<Data>,
  span: Span,
  data: Data,
  more: { related?: readonly { span: Span; label: string }[]; fix?: Fix | null } = {},
): Diagnostic {
  return {
    code: row.code,
    severity: row.severity,
    message: shortened(row.message(data)),
    span,
    label: shortenedOrNone(row.label?.(data)),
    related: (more.related ?? []).map((each) => ({ ...each, label: shortened(each.label) })),
    notes: (row.notes?.(data) ?? []).map(shortened),
    help: shortenedOrNone(row.help?.(data)),
    fix: more.fix ?? null,
  };
}

/** A number that nobody reads to its end: exact amounts of absurd recipes have as many digits as those. */
const endless = /\d{60,}/g;

function shortened(text: string): string {
  return text.replace(endless, (digits) => `${digits.slice(0, 20)}…`);
}

function shortenedOrNone(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : shortened(text);
}
