import * as tf from '@tensorflow/tfjs-core';
import { loadCompiledEngine } from '../../runtime/engine/load.ts';
import { CompiledProgram } from '../../runtime/train/compiled-program.ts';
import { EagerProgram } from '../../runtime/train/eager-program.ts';
import type { TrainingProgram } from '../../runtime/train/program.ts';
import type { ProgramOptions } from '../../runtime/train/program-options.ts';
import { engineExpected } from './compiled-engine.ts';
import { useEagerBackend } from './eager-backend.ts';

export type ProgramKind = 'eager' | 'compiled';

/** Both implementations; only the eager one where no compiled engine is expected. */
export const programKinds: readonly ProgramKind[] = engineExpected ? ['eager', 'compiled'] : ['eager'];

/** Loads what a kind needs, and gives its constructor. */
export async function useProgramKind(
  kind: ProgramKind,
): Promise<(options: ProgramOptions) => Promise<TrainingProgram>> {
  if (kind === 'eager') {
    await useEagerBackend();
    return async (options) => new EagerProgram(options, 'eager');
  }
  const engine = await loadCompiledEngine();
  await tf.setBackend('tensorflow'); // an eager suite may have come between
  return (options) => CompiledProgram.create(engine, options);
}
