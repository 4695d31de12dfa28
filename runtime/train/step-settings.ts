import type { StepShape } from '../model/types.ts';
import type { ProgramOptions } from './program-options.ts';
import type { StepSettings } from './training-step.ts';

/** How a program of these options computes steps of a shape. Throws `RangeError` for a micro-batch without a sequence. */
export function stepSettings({ microBatch, memory }: ProgramOptions, shape: StepShape): StepSettings {
  const size = microBatch?.(shape) ?? shape.sequences;
  if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`a micro-batch of ${size} sequences`);
  return { ropeTheta: shape.ropeTheta, microBatch: Math.min(size, shape.sequences), blocks: memory?.blocks(shape) };
}
