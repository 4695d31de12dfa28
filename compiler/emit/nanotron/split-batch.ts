/** How the sequences of a step are shared: each replica takes `micro_batch` at a time, `accumulation` times. */
export interface BatchSplit {
  readonly micro_batch: number;
  readonly accumulation: number;
}

/**
 * Shares a batch so that dp x micro_batch x accumulation is the batch exactly; null where that cannot be. A batch too small for
 * full passes makes one smaller pass. Without machines, one replica takes one sequence at a time.
 */
export function splitBatch(
  sequences: number,
  machines: { readonly dp: number; readonly micro_batch: number } | null,
): BatchSplit | null {
  const { dp, micro_batch: most } = machines ?? { dp: 1, micro_batch: 1 };
  if (sequences % dp !== 0) return null;
  const each = sequences / dp;
  const micro = Math.min(most, each);
  return each % micro === 0 ? { micro_batch: micro, accumulation: each / micro } : null;
}
