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
  const weights = new Float64Array(logits.length);
  let total = 0;
  for (let token = 0; token < weights.length; token++) {
    weights[token] = Math.exp((logits[token]! - logits[best]!) / temperature);
    total += weights[token]!;
  }
  const order = topP === 1 ? null : heaviest(logits, weights, topP * total);
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

/**
 * Token ids, the heaviest first, as far as their weights add up to `wanted`. Most of a vocabulary weighs next to nothing, and
 * sorting all of it would take as long as computing the logits: so only those above a bound are sorted, which sinks from 1, the
 * heaviest's weight, until they suffice.
 */
function heaviest(logits: Float32Array, weights: Float64Array, wanted: number): Uint32Array {
  for (let bound = 1 / 16; bound > 0; bound /= 256) {
    let sum = 0;
    let count = 0;
    for (const weight of weights) {
      if (weight < bound) continue;
      sum += weight;
      count++;
    }
    if (sum < wanted) continue;
    const above = new Uint32Array(count);
    for (let token = 0, at = 0; token < weights.length; token++) if (weights[token]! >= bound) above[at++] = token;
    return byLogit(above, logits);
  }
  return byLogit(Uint32Array.from(weights.keys()), logits);
}

/** Of vocabularies: so many bits of a sort key are the token's. */
const TOKEN_VALUES = 2 ** 21;

/**
 * Sorts tokens by falling logit, equal ones by rising id. As numbers that hold both, since sorting numbers without a comparison
 * in JavaScript is ten times faster: in the upper 32 of 53 bits the logit's bits, turned so that their order is the logits'.
 */
function byLogit(tokens: Uint32Array, logits: Float32Array): Uint32Array {
  const value = new Float32Array(1);
  const bits = new Uint32Array(value.buffer);
  const keys = new Float64Array(tokens.length);
  for (let i = 0; i < keys.length; i++) {
    value[0] = logits[tokens[i]!]! + 0; // -0 becomes 0
    const rising = bits[0]! >>> 31 === 1 ? ~bits[0]! >>> 0 : bits[0]! + 2 ** 31;
    keys[i] = (2 ** 32 - 1 - rising) * TOKEN_VALUES + tokens[i]!;
  }
  keys.sort();
  const sorted = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) sorted[i] = keys[i]! % TOKEN_VALUES;
  return sorted;
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
  for (let i = 0; i < (order ?? weights).length; i++) {
    const token = order === null ? i : order[i]!;
    sum += weights[token]!;
    if (sum > limit) return token;
  }
  return null;
}
