import type { FallbackEngine } from '../engine/fallback.ts';
import type { CompiledEngine } from '../engine/load.ts';
import { CompiledProgram } from './compiled-program.ts';
import { EagerProgram } from './eager-program.ts';
import type { TrainingProgram } from './program.ts';
import type { ProgramOptions } from './program-options.ts';

/** A training program on an engine: compiled where the engine can, else op by op. The caller disposes it. */
export async function createTrainingProgram(
  engine: CompiledEngine | FallbackEngine,
  options: ProgramOptions,
): Promise<TrainingProgram> {
  if (engine.kind === 'compiled') return CompiledProgram.create(engine, options);
  return new EagerProgram(options, 'WebAssembly (fallback)');
}
