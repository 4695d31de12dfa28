import { heldOutBatches } from '../data/held-out-batches.ts';
import type { Batch, TokenStore } from '../data/types.ts';
import type { StepShape } from '../model/types.ts';

/** At most so many batches of a held-out part, evenly spread over it where it has more; always the same ones. */
export function* heldOutSample(store: TokenStore, shape: StepShape, most: number): Generator<Batch, void> {
  const total = Math.ceil(Math.max(0, store.tokenCount - 1) / (shape.sequences * shape.sequence));
  const taken = Math.min(total, most);
  let index = 0;
  let next = 0;
  for (const batch of heldOutBatches(store, shape)) {
    if (next === taken) return;
    if (index++ !== Math.floor((next * total) / taken)) continue;
    next++;
    yield batch;
  }
}
