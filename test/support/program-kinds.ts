import { EagerProgram } from '../../runtime/train/eager-program.ts';
import type { TrainingProgram } from '../../runtime/train/program.ts';
import type { ProgramOptions } from '../../runtime/train/program-options.ts';
import { useEagerBackend } from './eager-backend.ts';

export type ProgramKind = 'eager' | 'compiled';

export const programKinds: readonly ProgramKind[] = ['eager'];

export async function useProgramKind(
  _kind: ProgramKind,
): Promise<(options: ProgramOptions) => Promise<TrainingProgram>> {
  await useEagerBackend();
  return async (options) => new EagerProgram(options, 'eager');
}
