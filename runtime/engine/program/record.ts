import * as tf from '@tensorflow/tfjs-core';
import { refusingRandom } from '../trace/refuse-random.ts';
import { TRACE_BACKEND, type TraceBackend } from '../trace/trace-backend.ts';
import type { TraceScope } from '../trace/trace-scope.ts';

/**
 * Runs `work` on the trace backend, recording into `scope`. Afterwards the current TensorFlow.js backend is the one before, and
 * no tensor of the trace is left.
 */
export function record(backend: TraceBackend, scope: TraceScope, work: () => void): void {
  const before = tf.getBackend();
  tf.setBackend(TRACE_BACKEND);
  try {
    backend.recording(scope, () => refusingRandom(() => tf.tidy(work)));
  } finally {
    tf.setBackend(before);
  }
}
