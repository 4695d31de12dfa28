import { createHash } from 'node:crypto';
import type { Example } from './example.ts';

/** SHA-256 (hex) of the tokens of examples and of what is trained of them, one after the other. */
export function hashExamples(examples: Iterable<Example>): string {
  const hash = createHash('sha256');
  for (const { tokens, trained } of examples) {
    hash.update(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength)).update(trained);
  }
  return hash.digest('hex');
}
