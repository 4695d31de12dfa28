import type { MalformedKind, MalformedRow } from '../types.ts';

/** What became of the rows that came to a step of a derived dataset: for people, and for `data.json`. */
export interface StepRecord {
  readonly dataset: string;
  /** As a recipe writes it. */
  readonly step: string;
  /** Rows that came to it. */
  readonly rows: number;
  /** Rows that it dropped. */
  readonly dropped: number;
  /** Rows that it could not judge, which are left out too: a column is missing, null or of another kind. */
  readonly unjudged: {
    readonly count: number;
    readonly kinds: Readonly<Partial<Record<MalformedKind, number>>>;
    /** The first few. */
    readonly examples: readonly MalformedRow[];
  };
}

/** `keep where quality >= 3: 1,000 rows, 400 dropped, 3 without what it asks for`. */
export function stepRecordText({ dataset, step, rows, dropped, unjudged }: StepRecord): string {
  const count = (value: number) => value.toLocaleString('en-US');
  const unknown = unjudged.count === 0 ? '' : `, ${count(unjudged.count)} that it cannot judge`;
  return `\`${dataset}\`, \`${step}\`: ${count(dropped)} of ${count(rows)} rows dropped${unknown}`;
}
