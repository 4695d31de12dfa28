import type { Batch, TokenStore } from './types.ts';
import { type BatchRow, windowBatch } from './window-batch.ts';

/**
 * All tokens of a store in batches of one shape, for evaluation: every token but the first is predicted exactly once. The
 * last window and the last batch are filled up with places that have no label. Nothing for a store of fewer than 2 tokens.
 */
export function* heldOutBatches(
  store: TokenStore,
  shape: { readonly sequences: number; readonly sequence: number; readonly attention: 'full' | 'document' },
): Generator<Batch, void> {
  const predicted = Math.max(0, store.tokenCount - 1);
  const { sequences, sequence } = shape;
  for (let start = 0; start < predicted; start += sequences * sequence) {
    const rows = Array.from({ length: sequences }, (_, slot): BatchRow => {
      const from = start + slot * sequence;
      return { store, from, length: Math.max(0, Math.min(sequence, predicted - from)) };
    });
    yield windowBatch(rows, sequence, shape.attention);
  }
}
