import { expect, it } from 'vitest';
import { planScoring } from '../../../runtime/evaluate/scoring/plan-scoring.ts';
import { scoreSequences } from '../../../runtime/evaluate/scoring/score-sequences.ts';
import { countParameters, parameterLayout } from '../../../runtime/model/parameters.ts';
import { engineExpected } from '../../support/compiled-engine.ts';
import { fixtureModel, fixtureParameters, hashedBatch } from '../../support/llama-fixture.ts';
import type { ProgramKind } from '../../support/program-kinds.ts';
import { useScorerKind } from '../../support/scorer-kinds.ts';

const shape = { ...fixtureModel({ tied: true }), layers: 8, context: 1030 };
const model = { ...shape, parameters: countParameters(parameterLayout(shape)) };
// Small weights: eight layers of the fixture's would saturate, and every answer would be as good.
const parameters = fixtureParameters(model).map(({ name, shape, values }) => ({
  name,
  shape,
  values: name.includes('norm') ? values : values.map((value) => value * 0.3),
}));
const state = { parameters, ropeTheta: 10_000 };
const { tokens } = hashedBatch(7, { sequences: 1, sequence: 1030, vocab: model.vocab });
/** One sequence of three blocks of queries. */
const sequences = [{ tokens, places: [0, 511, 512, 1024, 1029], labels: [1, 2, 3, 4, 5] }];
const progress = { interrupted: new AbortController().signal };

async function scorerOf(kind: ProgramKind) {
  const engine = await useScorerKind(kind);
  const plan = planScoring(sequences, model.context);
  const scorer = await engine.createScorer({ model, ...state, shapes: plan.shapes });
  return { scorer, score: async () => (await scoreSequences(sequences, plan, scorer, progress))[0]! };
}

it.skipIf(!engineExpected)(
  'scores with its layers as a loop as op by op, also after other weights',
  async () => {
    const { scorer, score } = await scorerOf('compiled');
    const found = await score();
    // Written into the stacks: other weights give other scores, the first ones again the same.
    await scorer.writeParameters(
      parameters.map((array) => ({ ...array, values: array.values.map((value) => value / 2) })),
    );
    expect(Math.abs((await score()).logProbability - found.logProbability)).toBeGreaterThan(0.01);
    await scorer.writeParameters(parameters);
    expect(await score()).toEqual(found);
    scorer.dispose();
    const eager = await scorerOf('eager');
    const expected = await eager.score();
    eager.scorer.dispose();
    expect(Math.abs(found.logProbability - expected.logProbability)).toBeLessThan(1e-4);
    expect(found.isGreedy).toBe(expected.isGreedy);
  },
  180_000,
);

it.skipIf(!engineExpected)(
  'scores more labels than go through a large head at once as op by op',
  async () => {
    const wide = { ...fixtureModel({ tied: true }), layers: 1, vocab: 49_152, context: 32 };
    const whole = { ...wide, parameters: countParameters(parameterLayout(wide)) };
    const shape = { sequences: 1, sequence: 32, labels: 401 };
    const batch = {
      shape,
      tokens: hashedBatch(9, { ...shape, vocab: wide.vocab }).tokens,
      places: Int32Array.from({ length: 401 }, (_, i) => i % 32),
      labels: Int32Array.from({ length: 401 }, (_, i) => (i * 7919) % wide.vocab),
    };
    const options = { model: whole, parameters: fixtureParameters(whole), ropeTheta: 10_000, shapes: [shape] };
    const scoresOf = async (kind: ProgramKind) => {
      const scorer = await (await useScorerKind(kind)).createScorer(options);
      const scores = await scorer.score(batch);
      scorer.dispose();
      return scores;
    };
    const [compiled, eager] = [await scoresOf('compiled'), await scoresOf('eager')];
    expect([...compiled.likeliest]).toEqual([...eager.likeliest]);
    const apart = compiled.logProbabilities.map((value, i) => Math.abs(value - eager.logProbabilities[i]!));
    expect(apart).toHaveLength(401);
    expect(Math.max(...apart)).toBeLessThan(1e-4);
  },
  180_000,
);
