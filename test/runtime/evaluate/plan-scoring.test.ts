import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planScoring, type Sequence } from '../../../runtime/evaluate/scoring/plan-scoring.ts';
import { scoreSequences } from '../../../runtime/evaluate/scoring/score-sequences.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { handPlan } from '../../support/training-fakes.ts';

const context = 96;
const progress = { interrupted: new AbortController().signal };

/** Sequences of up to `context` tokens with labels at their last places; few distinct tokens, so that some are equal. */
const sequences = fc.array(
  fc
    .record({
      tokens: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: context }),
      labels: fc.array(fc.integer({ min: 0, max: 31 }), { minLength: 1, maxLength: 12 }),
    })
    .map(({ tokens, labels }): Sequence => {
      const kept = labels.slice(0, tokens.length);
      const places = kept.map((_, i) => tokens.length - kept.length + i);
      return { tokens: Int32Array.from(tokens), places, labels: kept };
    }),
  { minLength: 1, maxLength: 60 },
);

describe('batches of sequences', () => {
  it('hold every label once, after its own tokens, in few shapes', () => {
    fc.assert(
      fc.property(sequences, (all) => {
        const plan = planScoring(all, context);
        // 32, 64 and 96 tokens, each with few or many labels.
        expect(plan.shapes.length).toBeLessThanOrEqual(6);
        const seen = new Set<string>();
        for (const { shape, tokens, places, labels, owners } of plan.batches()) {
          expect(plan.shapes).toContainEqual(shape);
          expect(owners.length).toBeLessThanOrEqual(shape.labels);
          for (const [n, { of, at }] of owners.entries()) {
            const sequence = all[of]!;
            seen.add(`${of} ${at}`);
            expect(labels[n]).toBe(sequence.labels[at]);
            const start = Math.floor(places[n]! / shape.sequence) * shape.sequence;
            expect(places[n]! - start).toBe(sequence.places[at]);
            expect(tokens.subarray(start, start + sequence.tokens.length)).toEqual(sequence.tokens);
          }
        }
        expect(seen.size).toBe(all.reduce((sum, { labels }) => sum + labels.length, 0));
      }),
      { numRuns: 60 },
    );
  });

  it('give each sequence the score that it has alone', async () => {
    const { model } = handPlan();
    const scorer = await fakeEngine().createScorer({ model, ropeTheta: 1, shapes: [], parameters: [] });
    await fc.assert(
      fc.asyncProperty(sequences, async (all) => {
        const together = await scoreSequences(all, planScoring(all, context), scorer, progress);
        for (const [i, sequence] of all.entries()) {
          const [alone] = await scoreSequences([sequence], planScoring([sequence], context), scorer, progress);
          expect(together[i]).toEqual(alone);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('refuse a sequence beyond the context', () => {
    const tokens = new Int32Array(context + 1);
    expect(() => planScoring([{ tokens, places: [0], labels: [1] }], context)).toThrow('longer than the context of 96');
  });
});
