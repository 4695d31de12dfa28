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
 * The policy of a device and precision. Where a processor multiplies bfloat16 itself, TensorFlow's own kernels do so and only
 * the optimizer is compiled: XLA's products in bfloat16 were 2 to 3 times slower there. Elsewhere those kernels are 4 times
 * slower than float32 (135M parameters, AVX2), and XLA, which converts, is about as fast.
 */
export function programPolicy(
  { device, bfloat16 }: Pick<CompiledEngine, 'device' | 'bfloat16'>,
  precision: ProgramOptions['precision'],
): ProgramPolicy {
  if (precision !== 'bf16') return { passes: { xla: true }, oneFunction: true };
  const xla = device === 'gpu' || !bfloat16;
  return { passes: { xla, matmulType: 'bfloat16' }, oneFunction: xla };
}
