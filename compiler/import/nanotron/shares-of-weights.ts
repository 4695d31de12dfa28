import Fraction from 'fraction.js';

/** Weights of a stage as parts of 1. */
export interface WeightShares {
  readonly shares: readonly Fraction[];
  /** What the weights add up to, where they were divided by it; null where they add up to 1. */
  readonly dividedBy: Fraction | null;
}

/** Denominators of shares that people write. */
const mostDenominator = 1_000_000n;

/**
 * The shares that nanotron draws by: weights divided by their sum. It reads a weight as a float, so 0.3333333333333333 is the
 * float of 1/3, and three of them add up to 1; decimals that say no more than such a fraction are taken for it.
 */
export function sharesOfWeights(weights: readonly Fraction[]): WeightShares {
  const sum = total(weights);
  if (sum.equals(1)) return { shares: weights, dividedBy: null };
  const meant = weights.map(simplestOfFloat);
  if (total(meant).equals(1)) return { shares: meant, dividedBy: null };
  return { shares: weights.map((weight) => weight.div(sum)), dividedBy: sum };
}

function total(weights: readonly Fraction[]): Fraction {
  return weights.reduce((sum, weight) => sum.add(weight), new Fraction(0));
}

/** The first convergent of a number's continued fraction that is the same float; the number itself where none is simple. */
function simplestOfFloat(weight: Fraction): Fraction {
  const float = weight.valueOf();
  let [before, last] = [
    { n: 0n, d: 1n },
    { n: 1n, d: 0n },
  ];
  for (let [n, d] = [weight.n, weight.d]; d !== 0n; [n, d] = [d, n % d]) {
    const quotient = n / d;
    [before, last] = [last, { n: quotient * last.n + before.n, d: quotient * last.d + before.d }];
    if (last.d > mostDenominator) break;
    if (Number(last.n) / Number(last.d) === float) return new Fraction(last.n, last.d);
  }
  return weight;
}
