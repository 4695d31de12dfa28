/** Coefficients of AS 241, PPND16: numerators and denominators of the central and of the outer region, constant term first, as doubles. */
const CENTRAL = {
  numerator: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  denominator: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};
const OUTER = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  denominator: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

/**
 * The number that a standard normal variable is below with probability `p`, which lies in 2^-36 … 1 - 2^-36: Wichura 1988,
 * algorithm AS 241, correct to about 16 digits. Beyond that range it has a third region, which is not needed here.
 */
export function normalQuantile(p: number): number {
  const fromMiddle = p - 0.5;
  if (Math.abs(fromMiddle) <= 0.425) return fromMiddle * ratio(CENTRAL, 0.180625 - fromMiddle * fromMiddle);
  const tail = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  return Math.sign(fromMiddle) * ratio(OUTER, tail - 1.6);
}

function ratio({ numerator, denominator }: typeof CENTRAL, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let power = coefficients.length - 1; power >= 0; power--) sum = sum * x + coefficients[power]!;
  return sum;
}

/** The table of quantiles has 2^14 intervals. */
export const TABLE_BITS = 14;
/** Words per interval of the table. */
export const SPAN = 2 ** (32 - TABLE_BITS);
/** Intervals at either end that are too curved to interpolate in: a 64th of all numbers each. */
export const CURVED = 2 ** (TABLE_BITS - 6);

/** Quantiles at the ends of the intervals; those of 0 and 1, which are infinite, are moved in by half a word. */
export function quantileTable(): Float64Array {
  return Float64Array.from({ length: 2 ** TABLE_BITS + 1 }, (_, i) =>
    normalQuantile(Math.min(Math.max(i / 2 ** TABLE_BITS, 2 ** -33), 1 - 2 ** -33)),
  );
}
