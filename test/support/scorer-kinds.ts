import * as tf from '@tensorflow/tfjs-core';
import { loadCompiledEngine } from '../../runtime/engine/load.ts';
import { CompiledScorer } from '../../runtime/evaluate/scoring/compiled-scorer.ts';
import { EagerScorer } from '../../runtime/evaluate/scoring/eager-scorer.ts';
import { EagerDecoder } from '../../runtime/model/generation/eager-decoder.ts';
import type { RunEngine } from '../../runtime/train/run-engine.ts';
import { useEagerBackend } from './eager-backend.ts';
import { fakeEngine } from './fake-engine.ts';
import type { ProgramKind } from './program-kinds.ts';

/** An engine whose scorers (and eager decoders) are real, of either kind; its programs are fakes. */
export async function useScorerKind(kind: ProgramKind): Promise<RunEngine> {
  const { createProgram, capabilities, identity } = fakeEngine();
  if (kind === 'eager') {
    await useEagerBackend();
    return {
      identity,
      capabilities,
      createProgram,
      createDecoder: async (options) => new EagerDecoder(options),
      createScorer: async (options) => new EagerScorer(options),
    };
  }
  const engine = await loadCompiledEngine();
  await tf.setBackend('tensorflow'); // an eager suite may have come between
  return {
    identity,
    capabilities,
    createProgram,
    createDecoder: fakeEngine().createDecoder,
    createScorer: (options) => CompiledScorer.create(engine, options),
  };
}
