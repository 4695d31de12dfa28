/** Batches that a measurement of held-out rows is over, at most, as in pretraining. */
const sampledBatches = 32;

/** Held-out rows in batches, evenly spread over them where there are more than a measurement takes; always the same ones. */
export function* heldOutChunks<T>(rows: readonly T[], size: number): Generator<readonly T[], void> {
  const total = Math.ceil(rows.length / size);
  const taken = Math.min(total, sampledBatches);
  for (let index = 0; index < taken; index++) {
    const start = Math.floor((index * total) / taken) * size;
    yield rows.slice(start, start + size);
  }
}
