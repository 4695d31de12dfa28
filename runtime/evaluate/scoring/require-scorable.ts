import type { ScoringBatch } from './scorer.ts';

/** Throws RangeError for a batch that does not fill its shape, or names a token or place that is not there. */
export function requireScorable({ shape, tokens, places, labels }: ScoringBatch, vocab: number): void {
  const size = shape.sequences * shape.sequence;
  if (tokens.length !== size || places.length !== shape.labels || labels.length !== shape.labels) {
    throw new RangeError(`a batch of ${tokens.length} tokens and ${labels.length} labels does not fill its shape`);
  }
  const outside = (value: number, limit: number) => value < 0 || value >= limit;
  const wrong = tokens.find((token) => outside(token, vocab)) ?? labels.find((label) => outside(label, vocab));
  if (wrong !== undefined) throw new RangeError(`token ${wrong} is outside the model's vocabulary of ${vocab}`);
  const place = places.find((each) => outside(each, size));
  if (place !== undefined) throw new RangeError(`place ${place} is outside the batch of ${size} places`);
}
