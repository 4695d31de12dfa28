/**
 * What a number counts. `number` has no unit; `part` is written with `%`; `usd_per_gpu_hour` is the one compound that the
 * language knows.
 */
export type Dimension =
  | 'number'
  | 'part'
  | 'tokens'
  | 'steps'
  | 'sequences'
  | 'rows'
  | 'epochs'
  | 'sigma'
  | 'usd'
  | 'gpu_hour'
  | 'usd_per_gpu_hour';

export interface UnitRow {
  /** As written after the number. */
  readonly name: string;
  readonly dimension: Dimension;
  readonly documentation: string;
}

export const units: readonly UnitRow[] = [
  { name: 'tokens', dimension: 'tokens', documentation: 'tokens of text as the tokenizer counts them' },
  { name: 'steps', dimension: 'steps', documentation: 'updates of the weights' },
  { name: 'sequences', dimension: 'sequences', documentation: 'windows of `sequence` tokens' },
  { name: 'rows', dimension: 'rows', documentation: 'documents or examples of a dataset' },
  { name: 'epochs', dimension: 'epochs', documentation: 'passes over a dataset' },
  { name: 'sigma', dimension: 'sigma', documentation: 'standard deviations' },
  { name: 'usd', dimension: 'usd', documentation: 'United States dollars' },
  { name: 'gpu_hour', dimension: 'gpu_hour', documentation: 'one GPU for one hour' },
];

/** The dimension of `first per second`; null when the language has no such compound. */
export function compoundDimension(first: Dimension, second: Dimension): Dimension | null {
  return first === 'usd' && second === 'gpu_hour' ? 'usd_per_gpu_hour' : null;
}

/** How a dimension is written after a number, with the space before it where there is one. */
export function unitSuffix(dimension: Dimension): string {
  if (dimension === 'number') return '';
  if (dimension === 'part') return '%';
  return dimension === 'usd_per_gpu_hour' ? ' usd per gpu_hour' : ` ${dimension}`;
}
