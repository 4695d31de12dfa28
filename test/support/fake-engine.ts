import type { PlanModel } from '../../compiler/plan/index.ts';
import { COMPILED_CAPABILITIES } from '../../runtime/engine/capabilities.ts';
import type { Scorer } from '../../runtime/evaluate/scoring/scorer.ts';
import type { Decoder } from '../../runtime/train/program.ts';
import type { RunEngine } from '../../runtime/train/run-engine.ts';
import { FakeProgram } from './training-fakes.ts';

/** An engine of fake programs; its decoder and its scorer always expect the token after the last one. */
export function fakeEngine(onProgram: (program: FakeProgram) => void = () => {}): RunEngine {
  return {
    identity: { library: 'tfjs', version: '0.0.0', device: 'cpu' },
    capabilities: COMPILED_CAPABILITIES,
    async createProgram({ model, preference }) {
      const program = new FakeProgram(model, preference);
      onProgram(program);
      return program;
    },
    createDecoder: async ({ model, capacity }) => fakeDecoder(model, capacity),
    createScorer: async ({ model }) => fakeScorer(model),
  };
}

function fakeScorer({ vocab }: PlanModel): Scorer {
  return {
    async score({ tokens, places, labels }) {
      const likeliest = places.map((place) => (tokens[place]! + 1) % vocab);
      const logProbabilities = Float32Array.from(labels, (label, i) =>
        label === likeliest[i] ? -0.25 : -8 - label / vocab,
      );
      return { logProbabilities, likeliest };
    },
    async writeParameters() {},
    dispose() {},
  };
}

function fakeDecoder(model: PlanModel, capacity: number): Decoder {
  let position = 0;
  return {
    capacity,
    reset() {
      position = 0;
    },
    next(token) {
      return this.feed([token]);
    },
    async feed(tokens) {
      position += tokens.length;
      if (position > capacity) throw new RangeError('the cache is full');
      const logits = new Float32Array(model.vocab);
      logits[(tokens.at(-1)! + 1) % model.vocab] = 50;
      return logits;
    },
    dispose() {},
  };
}
