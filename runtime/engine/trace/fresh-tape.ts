import * as tf from '@tensorflow/tfjs-core';

/**
 * Runs `work` with a gradient tape of its own. TensorFlow.js has one tape: a gradient taken inside a custom gradient would
 * overwrite the outer one, and end it.
 */
export function withFreshTape<T>(work: () => T): T {
  const state = (tf.engine() as unknown as { state: TapeState }).state;
  const { activeTape, gradientDepth, kernelDepth } = state;
  Object.assign(state, { activeTape: null, gradientDepth: 0, kernelDepth: 0 });
  try {
    return work();
  } finally {
    Object.assign(state, { activeTape, gradientDepth, kernelDepth });
  }
}

interface TapeState {
  activeTape: unknown;
  gradientDepth: number;
  kernelDepth: number;
}
