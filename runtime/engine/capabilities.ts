import { EngineError } from './engine-error.ts';

/** What an engine, with the training programs written for it, can do. */
export interface EngineCapabilities {
  /** As people are told. */
  readonly name: string;
  readonly precisions: readonly string[];
  /** Those of them that the device computes by conversion to float32: right, but no faster than it. */
  readonly convertedPrecisions: readonly string[];
  /** Largest array, in bytes; null for no limit but the machine's memory. */
  readonly largestArrayBytes: number | null;
  /** Memory for everything at once, in bytes; null for no limit but the machine's. */
  readonly memoryBytes: number | null;
  /** Floating-point operations of a training step beyond which the engine is of no use; null for no limit. */
  readonly largestStepFlops: number | null;
}

/** What a run asks of its engine. */
export interface EngineDemand {
  readonly precision: string;
  readonly largestArrayBytes: number;
  readonly memoryBytes: number;
  readonly stepFlops: number;
}

export const COMPILED_CAPABILITIES: EngineCapabilities = {
  name: 'the compiled engine',
  precisions: ['float32', 'bf16'],
  convertedPrecisions: [],
  largestArrayBytes: null,
  memoryBytes: null,
  largestStepFlops: null,
};

/**
 * WebAssembly addresses 4 GiB. A step of 2e11 operations takes about 20 s (10 GFLOP/s was measured on one core of an EPYC):
 * longer ones are refused, so that nobody waits for days unaware.
 */
export const FALLBACK_CAPABILITIES: EngineCapabilities = {
  name: 'the WebAssembly engine',
  precisions: ['float32'],
  convertedPrecisions: [],
  largestArrayBytes: 2 ** 30,
  memoryBytes: 2 ** 32,
  largestStepFlops: 2e11,
};

/** WebGPU binds buffers of 128 MiB at least, by its specification; TensorFlow.js asks for what the device has, so 2 GiB here. */
export const WEBGPU_CAPABILITIES: EngineCapabilities = {
  name: 'the WebGPU engine',
  precisions: ['float32'],
  convertedPrecisions: [],
  largestArrayBytes: 2 ** 31,
  memoryBytes: null,
  largestStepFlops: null,
};

/** Throws an `EngineError` that names the first thing which the engine cannot do; called before anything starts. */
export function requireCapable(engine: EngineCapabilities, demand: EngineDemand): void {
  if (!engine.precisions.includes(demand.precision)) {
    throw new EngineError(
      `${engine.name} cannot train in \`${demand.precision}\``,
      `set \`precision\` to ${engine.precisions.map((it) => `\`${it}\``).join(' or ')}`,
    );
  }
  const limits = [
    ['an array of', demand.largestArrayBytes, engine.largestArrayBytes, 'bytes'],
    ['memory of', demand.memoryBytes, engine.memoryBytes, 'bytes'],
    ['steps of', demand.stepFlops, engine.largestStepFlops, 'floating-point operations'],
  ] as const;
  for (const [what, wanted, limit, unit] of limits) {
    if (limit === null || wanted <= limit) continue;
    const numbers = `${wanted.toLocaleString('en-US')} ${unit}, and ${engine.name} takes ${limit.toLocaleString('en-US')}`;
    throw new EngineError(
      `the run needs ${what} ${numbers}`,
      'use a smaller model or batch, or install the compiled engine: `smol engine install`',
    );
  }
}

/** What a person who chose a precision for its speed should know of the device; null for nothing. */
export function precisionNote({ convertedPrecisions }: EngineCapabilities, precision: string): string | null {
  if (!convertedPrecisions.includes(precision)) return null;
  return `this processor has no instructions for \`${precision}\`: products are rounded to it, and steps take about as long as in \`float32\``;
}
