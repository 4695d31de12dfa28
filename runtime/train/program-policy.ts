import type { CompiledEngine } from '../engine/load.ts';
import type { CompilePolicy } from '../engine/program/specs.ts';
import type { ProgramOptions } from './program-options.ts';

/** How the functions of a training program are compiled. */
export interface ProgramPolicy {
  /** Forward pass and gradients. */
  readonly passes: CompilePolicy;
  /** Whether the optimizer is compiled into one function with them, or is an XLA function of its own. */
  readonly oneFunction: boolean;
}

/**
 * The policy of a device and precision. On the CPU, products in bfloat16 are TensorFlow's own kernels, and only the optimizer
 * is compiled: XLA removes pairs of conversions ("excess precision") and chooses slower products there.
 */
export function programPolicy({ device }: CompiledEngine, precision: ProgramOptions['precision']): ProgramPolicy {
  if (precision !== 'bf16') return { passes: { xla: true }, oneFunction: true };
  const xla = device === 'gpu';
  return { passes: { xla, matmulType: 'bfloat16' }, oneFunction: xla };
}
