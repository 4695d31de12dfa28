import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { StepShape } from '../model/types.ts';
import type { TrainingProgram } from './program.ts';
import type { HeldOutPart } from './training-data.ts';

/**
 * Mean loss of a held-out part in nats per predicted token, over at most `maxBatches` batches of its fixed order; null when
 * nothing is held out. `shape` gives sequence, RoPE theta and attention.
 */
export async function evaluateHeldOut(
  program: TrainingProgram,
  part: HeldOutPart,
  shape: StepShape,
  maxBatches = Number.POSITIVE_INFINITY,
): Promise<{ readonly loss: number; readonly tokens: number } | null> {
  let lossSum = 0;
  let tokens = 0;
  let batches = 0;
  for (const batch of part.batches(shape)) {
    if (batches++ >= maxBatches) break;
    // A batch may compute without ever leaving this thread: Ctrl-C is heard between two.
    await eventLoopTurn();
    const result = await program.evaluate(shape, batch);
    lossSum += result.lossSum;
    tokens += result.tokens;
  }
  return tokens === 0 ? null : { loss: lossSum / tokens, tokens };
}
