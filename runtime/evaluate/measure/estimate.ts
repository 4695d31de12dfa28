/** A measured value with its standard error; null where one item alone gives none. */
export interface Estimate {
  readonly value: number;
  readonly standard_error: number | null;
}

/** Mean of independent items, with the error of a mean: sample standard deviation over the square root of the count. */
export function meanOf(values: readonly number[]): Estimate {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { value: mean, standard_error: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { value: mean, standard_error: Math.sqrt(squares / (count - 1) / count) };
}

/**
 * Sum of `amounts` over sum of `sizes`, over documents of unlike sizes; the error is that of a ratio estimator (Cochran 1977,
 * Sampling Techniques, 6.4), documents being independent.
 */
export function ratioOf(amounts: readonly number[], sizes: readonly number[]): Estimate {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const ratio = amounts.reduce((sum, amount) => sum + amount, 0) / total;
  const count = amounts.length;
  if (count < 2) return { value: ratio, standard_error: null };
  const squares = amounts.reduce((sum, amount, i) => sum + (amount - ratio * sizes[i]!) ** 2, 0);
  return { value: ratio, standard_error: Math.sqrt((squares / (count - 1)) * count) / total };
}

/** exp of an estimate; its error to first order. */
export function exponentialOf({ value, standard_error }: Estimate): Estimate {
  const result = Math.exp(value);
  return { value: result, standard_error: standard_error === null ? null : result * standard_error };
}

/** The estimate times a constant. */
export function scaled({ value, standard_error }: Estimate, factor: number): Estimate {
  return { value: value * factor, standard_error: standard_error === null ? null : standard_error * factor };
}
