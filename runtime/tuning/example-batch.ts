import type { Batch } from '../data/types.ts';
import { noLabel } from '../data/window-batch.ts';
import type { Example } from './example.ts';

/**
 * Sequences of one or several examples as a batch. Labels stop at an example's end: nothing of the next is predicted from it.
 * Padding stands at a sequence's end, known by its place and never by a token's id: token 0, no label, a document of its own.
 * A sequence without examples is all padding. With document attention the examples of a sequence do not see each other, and
 * each counts its positions from 0.
 */
export function exampleBatch(
  sequences: readonly (readonly Pick<Example, 'tokens' | 'trained'>[])[],
  length: number,
  attention: 'full' | 'document',
): Batch {
  const places = sequences.length * length;
  const tokens = new Int32Array(places);
  const labels = new Int32Array(places).fill(noLabel);
  const documents =
    attention === 'document' ? { index: new Int32Array(places), position: new Int32Array(places) } : null;
  const filled = { tokens: 0, trained: 0 };
  for (const [slot, examples] of sequences.entries()) {
    let at = slot * length;
    for (const [number, example] of examples.entries()) {
      if (at + example.tokens.length > (slot + 1) * length) throw new RangeError('examples do not fit their sequence');
      tokens.set(example.tokens, at);
      for (let i = 1; i < example.tokens.length; i++) {
        if (example.trained[i] !== 1) continue;
        labels[at + i - 1] = example.tokens[i]!;
        filled.trained++;
      }
      filled.tokens += example.tokens.length;
      if (documents !== null) countPlaces(documents, number, at, at + example.tokens.length);
      at += example.tokens.length;
    }
    if (documents !== null) countPlaces(documents, examples.length, at, (slot + 1) * length);
  }
  return { sequences: sequences.length, sequence: length, tokens, labels, documents, filled };
}

function countPlaces(documents: NonNullable<Batch['documents']>, number: number, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    documents.index[at] = number;
    documents.position[at] = at - from;
  }
}
