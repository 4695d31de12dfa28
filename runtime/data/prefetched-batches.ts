import type { Batches } from './batches.ts';
import type { Batch } from './types.ts';

/**
 * The same batches, each next one built as soon as the event loop is free after the one before was taken: while an engine
 * computes. What a step gives does not change by it.
 */
export function prefetchedBatches(batches: Batches): Batches {
  let ready: { readonly step: number; readonly batch: Batch } | null = null;
  const prepare = (step: number) => {
    try {
      ready = { step, batch: batches.batch(step) };
    } catch {
      // The step is outside the phase, or its data cannot be read: whoever asks for it is told.
      ready = null;
    }
  };
  return {
    slots: batches.slots,
    tokensReadBefore: batches.tokensReadBefore,
    batch(step) {
      const batch = ready?.step === step ? ready.batch : batches.batch(step);
      ready = null;
      setImmediate(prepare, step + 1);
      return batch;
    },
  };
}
