/** Held-out rows in batches. How many are measured was decided when they were prepared. */
export function* heldOutChunks<T>(rows: readonly T[], size: number): Generator<readonly T[], void> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}
