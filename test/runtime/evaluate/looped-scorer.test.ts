import { expect, it } from 'vitest';
import { planScoring } from '../../../runtime/evaluate/scoring/plan-scoring.ts';
import { scoreSequences } from '../../../runtime/evaluate/scoring/score-sequences.ts';
import { countParameters, parameterLayout } from '../../../runtime/model/parameters.ts';
import { engineExpected } from '../../support/compiled-engine.ts';
import { fixtureModel, fixtureParameters, hashedBatch } from '../../support/llama-fixture.ts';
import type { ProgramKind } from '../../support/program-kinds.ts';
import { useScorerKind } from '../../support/scorer-kinds.ts';

const shape = { ...fixtureModel({ tied: true }), layers: 8, context: 600 };
const model = { ...shape, parameters: countParameters(parameterLayout(shape)) };
// Small weights: eight layers of the fixture's would saturate, and every answer would be as good.
const parameters = fixtureParameters(model).map(({ name, shape, values }) => ({
  name,
  shape,
  values: name.includes('norm') ? values : values.map((value) => value * 0.3),
}));
const state = { parameters, ropeTheta: 10_000 };
const { tokens } = hashedBatch(7, { sequences: 1, sequence: 590, vocab: model.vocab });
/** One sequence beyond a block of queries, one within. */
const sequences = [
  { tokens, places: [0, 511, 512, 588, 589], labels: [1, 2, 3, 4, 5] },
  { tokens: tokens.slice(100, 140), places: [5, 39], labels: [8, 9] },
];

async function scores(kind: ProgramKind) {
  const engine = await useScorerKind(kind);
  const plan = planScoring(sequences, model.context);
  const scorer = await engine.createScorer({ model, ...state, shapes: plan.shapes });
  const found = await scoreSequences(sequences, plan, scorer, { interrupted: new AbortController().signal });
  // Other weights, written into the stacks, give other scores; the first ones again the same.
  await scorer.writeParameters(
    parameters.map((array) => ({ ...array, values: array.values.map((value) => value / 2) })),
  );
  const other = await scoreSequences(sequences, plan, scorer, { interrupted: new AbortController().signal });
  scorer.dispose();
  return { found, other };
}

it.skipIf(!engineExpected)(
  'scores with its layers as a loop as op by op',
  async () => {
    const [compiled, eager] = [await scores('compiled'), await scores('eager')];
    for (const which of ['found', 'other'] as const) {
      compiled[which].forEach(({ logProbability, isGreedy }, i) => {
        expect(Math.abs(logProbability - eager[which][i]!.logProbability)).toBeLessThan(1e-4);
        expect(isGreedy).toBe(eager[which][i]!.isGreedy);
      });
    }
    expect(Math.abs(compiled.found[0]!.logProbability - compiled.other[0]!.logProbability)).toBeGreaterThan(0.01);
  },
  120_000,
);
