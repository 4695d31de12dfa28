import { setImmediate as breathe } from 'node:timers/promises';
import type { Batches } from './batches.ts';
import type { Batch } from './types.ts';

/**
 * The batches of steps `firstStep` … `lastStep` in order, each prepared while the one before it is being used: the next batch
 * is built as soon as the event loop is free, which it is while an engine computes.
 */
export async function* loadBatches(
  batches: Pick<Batches, 'batch'>,
  firstStep: number,
  lastStep: number,
): AsyncGenerator<{ readonly step: number; readonly batch: Batch }, void> {
  let next = build(batches, firstStep, lastStep);
  for (let step = firstStep; step <= lastStep; step++) {
    const batch = (await next)!;
    next = build(batches, step + 1, lastStep);
    yield { step, batch };
  }
}

function build(batches: Pick<Batches, 'batch'>, step: number, lastStep: number): Promise<Batch | null> {
  const built = breathe().then(() => (step <= lastStep ? batches.batch(step) : null));
  // A failure is thrown to whoever asks for that batch, and to nobody when nobody does.
  built.catch(() => {});
  return built;
}
