/** Throws for what is no token id: engines clamp it or give zeros, silently. */
export function requireToken(token: number, vocab: number): void {
  if (Number.isInteger(token) && token >= 0 && token < vocab) return;
  throw new RangeError(`token ${token} is outside the vocabulary of ${vocab}`);
}
