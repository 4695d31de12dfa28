import type { PlanModel } from '../../compiler/plan/index.ts';
import { COMPILED_CAPABILITIES } from '../../runtime/engine/capabilities.ts';
import type { Decoder } from '../../runtime/train/program.ts';
import type { RunEngine } from '../../runtime/train/run-engine.ts';
import { FakeProgram } from './training-fakes.ts';

/** An engine of fake programs; its decoder always expects the token after the last one. */
export function fakeEngine(onProgram: (program: FakeProgram) => void = () => {}): RunEngine {
  return {
    capabilities: COMPILED_CAPABILITIES,
    async createProgram({ model }) {
      const program = new FakeProgram(model);
      onProgram(program);
      return program;
    },
    createDecoder: async ({ model, capacity }) => fakeDecoder(model, capacity),
  };
}

function fakeDecoder(model: PlanModel, capacity: number): Decoder {
  let position = 0;
  return {
    capacity,
    reset() {
      position = 0;
    },
    async next(token) {
      if (position++ >= capacity) throw new RangeError('the cache is full');
      const logits = new Float32Array(model.vocab);
      logits[(token + 1) % model.vocab] = 50;
      return logits;
    },
    dispose() {},
  };
}
