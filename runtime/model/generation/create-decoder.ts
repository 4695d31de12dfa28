import type { FallbackEngine } from '../../engine/fallback.ts';
import type { CompiledEngine } from '../../engine/load.ts';
import type { Decoder } from '../../train/program.ts';
import { CompiledDecoder } from './compiled-decoder.ts';
import type { DecoderOptions } from './decoder-options.ts';
import { EagerDecoder } from './eager-decoder.ts';

/** A decoder on an engine: compiled where the engine can, else op by op. The caller disposes it. */
export async function createDecoder(
  engine: CompiledEngine | FallbackEngine,
  options: DecoderOptions,
): Promise<Decoder> {
  return engine.kind === 'compiled' ? CompiledDecoder.create(engine, options) : new EagerDecoder(options);
}
