import type { EngineCapabilities } from '../engine/capabilities.ts';
import type { DecoderOptions } from '../model/generation/decoder-options.ts';
import type { Decoder, TrainingProgram } from './program.ts';
import type { ProgramOptions } from './program-options.ts';

/** A loaded engine, as a run uses it: it makes programs that train and decoders that write. */
export interface RunEngine {
  readonly capabilities: EngineCapabilities;
  createProgram(options: ProgramOptions): Promise<TrainingProgram>;
  createDecoder(options: DecoderOptions): Promise<Decoder>;
}
