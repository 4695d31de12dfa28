import { createHash } from 'node:crypto';
import type { Pair } from './pair.ts';

/** SHA-256 (hex) of the tokens of pairs and of what is trained of them, pair after pair. */
export function hashPairs(pairs: readonly Pair[]): string {
  const hash = createHash('sha256');
  for (const { tokens, trained } of pairs.flatMap(({ chosen, rejected }) => [chosen, rejected])) {
    hash.update(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength)).update(trained);
  }
  return hash.digest('hex');
}
