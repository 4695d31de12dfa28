/** How the next token is chosen from logits. */
export interface SamplingOptions {
  /** Logits are divided by it; 0 chooses the likeliest token. */
  readonly temperature: number;
  /** Only the likeliest tokens that together reach this probability are drawn from (Holtzman et al. 2020); 1: all. */
  readonly topP: number;
}

/**
 * The token that `uniform` (in [0, 1)) picks. Equal logits stand in the order of their ids. Throws when a logit is not a
 * number, which means that the model has diverged.
 */
export function sampleToken(logits: Float32Array, { temperature, topP }: SamplingOptions, uniform: number): number {
  if (!(temperature >= 0)) throw new RangeError(`the temperature must be 0 or more, not ${temperature}`);
  if (!(topP >= 0 && topP <= 1)) throw new RangeError(`top-p must be between 0 and 1, not ${topP}`);
  const best = likeliest(logits);
  if (temperature === 0 || topP === 0) return best;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - logits[best]!) / temperature));
  const order = topP === 1 ? null : byWeight(weights);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const limit = uniform * (order === null ? total : nucleusWeight(weights, order, topP * total));
  return pick(weights, order, limit) ?? best;
}

function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let token = 0; token < logits.length; token++) {
    if (Number.isNaN(logits[token]!))
      throw new Error(`the logit of token ${token} is not a number: the model has diverged`);
    if (logits[token]! > logits[best]!) best = token;
  }
  if (!Number.isFinite(logits[best]!)) throw new Error('no logit is finite: the model has diverged');
  return best;
}

/** Token ids, the heaviest first. */
function byWeight(weights: Float64Array): Uint32Array {
  return Uint32Array.from(weights.keys()).sort((a, b) => weights[b]! - weights[a]! || a - b);
}

/** Weight of the shortest run of tokens in `order` that reaches `wanted`. */
function nucleusWeight(weights: Float64Array, order: Uint32Array, wanted: number): number {
  let sum = 0;
  for (const token of order) {
    sum += weights[token]!;
    if (sum >= wanted) break;
  }
  return sum;
}

/** The first token, in `order` or by id, at which the running weight exceeds `limit`. */
function pick(weights: Float64Array, order: Uint32Array | null, limit: number): number | null {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const token = order === null ? i : order[i]!;
    sum += weights[token]!;
    if (sum > limit) return token;
  }
  return null;
}
