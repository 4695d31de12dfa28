import type { EngineCapabilities } from '../engine/capabilities.ts';
import type { Scorer, ScorerOptions } from '../evaluate/scoring/scorer.ts';
import type { DecoderOptions } from '../model/generation/decoder-options.ts';
import type { Decoder, TrainingProgram } from './program.ts';
import type { ProgramOptions } from './program-options.ts';

/** What computes, for the record of a run. */
export interface EngineIdentity {
  readonly library: 'tensorflow' | 'tfjs';
  readonly version: string;
  readonly device: 'cpu' | 'gpu';
}

/** A loaded engine, as a run uses it: it makes programs that train, decoders that write and scorers that measure. */
export interface RunEngine {
  readonly identity: EngineIdentity;
  readonly capabilities: EngineCapabilities;
  createProgram(options: ProgramOptions): Promise<TrainingProgram>;
  createDecoder(options: DecoderOptions): Promise<Decoder>;
  createScorer(options: ScorerOptions): Promise<Scorer>;
}
