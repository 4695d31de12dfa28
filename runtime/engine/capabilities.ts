/** What an engine can do, so that a plan is refused before anything starts. */
export interface EngineCapabilities {
  readonly kind: 'compiled' | 'fallback';
  /** As people are told: "TensorFlow 2.21 compiled by XLA". */
  readonly name: string;
  readonly precisions: readonly ('float32' | 'bfloat16')[];
  readonly attention: readonly ('full' | 'document')[];
  /** Largest array, in bytes; null for no limit but memory. */
  readonly largestArrayBytes: number | null;
  /** Memory for everything at once, in bytes; null for no limit but the machine's. */
  readonly memoryBytes: number | null;
  /** Floating-point operations of a training step beyond which the engine is of no use; null for no limit. */
  readonly largestStepFlops: number | null;
}

export const COMPILED_CAPABILITIES: EngineCapabilities = {
  kind: 'compiled',
  name: 'TensorFlow, compiled by XLA',
  precisions: ['float32', 'bfloat16'],
  attention: ['full', 'document'],
  largestArrayBytes: null,
  memoryBytes: null,
  largestStepFlops: null,
};

/**
 * WebAssembly addresses 4 GiB. A step of 2e11 operations takes about 20 s (10 GFLOP/s was measured on one core of an EPYC):
 * longer ones are refused, so that nobody waits for days unaware.
 */
export const FALLBACK_CAPABILITIES: EngineCapabilities = {
  kind: 'fallback',
  name: 'WebAssembly (fallback)',
  precisions: ['float32'],
  attention: ['full', 'document'],
  largestArrayBytes: 2 ** 30,
  memoryBytes: 2 ** 32,
  largestStepFlops: 2e11,
};
