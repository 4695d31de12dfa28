import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlanSpikeRule } from '../../../compiler/plan/index.ts';
import { createSpikeDetector } from '../../../runtime/train/spike-detector.ts';

const rule = (over: number, window_steps: number): PlanSpikeRule => ({
  kind: 'rewind',
  to: 'last_checkpoint',
  skip_steps: 5,
  over,
  window_steps,
});
const step = (loss: number, stage = 'early', gradient_norm = 1) => ({ loss, stage, gradient_norm });

describe('a spike', () => {
  test('is a loss of more than so many standard deviations above the mean of the window, and no lower one', () => {
    // Mean 2.5, population standard deviation sqrt(1.25) = 1.118.
    const history = [1, 2, 3, 4].map((loss) => step(loss));
    const edge = 2.5 + 2 * Math.sqrt(1.25);
    expect(createSpikeDetector(rule(2, 4), history).judge(step(edge - 1e-9))).toBeNull();
    expect(createSpikeDetector(rule(2, 4), history).judge(step(edge + 1e-9))).toEqual({
      mean: 2.5,
      deviation: Math.sqrt(1.25),
    });
  });

  test('needs a whole window of the stage: another mixture moves the loss', () => {
    const detector = createSpikeDetector(rule(3, 4));
    for (const loss of [1, 1.1, 0.9, 100]) expect(detector.judge(step(loss))).toBeNull();
    for (const loss of [7, 7.1, 6.9, 7]) expect(detector.judge(step(loss, 'late'))).toBeNull();
    expect(detector.judge(step(9, 'late'))).not.toBeNull();
  });

  test('does not join the window, so a second one like it is a spike too', () => {
    const detector = createSpikeDetector(rule(3, 4), [step(1), step(1.1), step(0.9), step(1)]);
    for (let i = 0; i < 5; i++) expect(detector.judge(step(5))?.mean).toBeCloseTo(1, 10);
    expect(detector.judge(step(1.05))).toBeNull();
  });

  test.each([
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 1],
    [Number.NEGATIVE_INFINITY, 1],
    [2, Number.NaN],
    [2, Number.POSITIVE_INFINITY],
  ])('is a loss %d with gradient norm %d, whatever was before', (loss, norm) => {
    expect(createSpikeDetector(rule(6, 200)).judge(step(loss, 'early', norm))).toEqual({ mean: null, deviation: null });
  });
});

test('a detector that is given the losses before judges as the one that saw them', () => {
  const losses = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(losses, fc.nat(), fc.integer({ min: 1, max: 9 }), (all, cut, window) => {
      const seen: number[] = [];
      const through = createSpikeDetector(rule(1.5, window));
      const verdicts = all.map((loss) => {
        const verdict = through.judge(step(loss));
        if (verdict === null) seen.push(loss);
        return { verdict, known: seen.length };
      });
      const at = cut % all.length;
      const known = at === 0 ? 0 : verdicts[at - 1]!.known;
      const late = createSpikeDetector(
        rule(1.5, window),
        seen.slice(0, known).map((loss) => step(loss)),
      );
      expect(all.slice(at).map((loss) => late.judge(step(loss)))).toEqual(
        verdicts.slice(at).map(({ verdict }) => verdict),
      );
    }),
  );
});
