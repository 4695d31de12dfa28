import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleToken } from '../../../../runtime/model/generation/sampling.ts';
import { uniformAt } from '../../../../runtime/model/generation/uniform-sequence.ts';

/** Logits of these probabilities. */
const logitsOf = (...probabilities: number[]) => Float32Array.from(probabilities, Math.log);

/** How often each token is drawn over an even grid of uniforms. */
function frequencies(logits: Float32Array, options: { temperature: number; topP: number }, draws = 1000): number[] {
  const counts = new Array<number>(logits.length).fill(0);
  for (let i = 0; i < draws; i++) counts[sampleToken(logits, options, (i + 0.5) / draws)]!++;
  return counts.map((count) => count / draws);
}

describe('sampleToken', () => {
  it('takes the likeliest token at temperature 0, the first of equals, whatever the uniform', () => {
    const logits = Float32Array.of(1, 5, 5, -2);
    for (const uniform of [0, 0.5, 0.999999]) expect(sampleToken(logits, { temperature: 0, topP: 1 }, uniform)).toBe(1);
  });

  it('draws each token as often as its probability at temperature 1', () => {
    const drawn = frequencies(logitsOf(0.1, 0.6, 0.3), { temperature: 1, topP: 1 });
    [0.1, 0.6, 0.3].forEach((expected, token) => {
      expect(drawn[token]).toBeCloseTo(expected, 2);
    });
  });

  it('squares the odds at temperature 1/2', () => {
    const drawn = frequencies(logitsOf(0.2, 0.8), { temperature: 0.5, topP: 1 });
    expect(drawn[1]! / drawn[0]!).toBeCloseTo(16, 0);
  });

  it('draws from the shortest set of likeliest tokens that reaches top-p, in proportion', () => {
    const drawn = frequencies(logitsOf(0.2, 0.1, 0.4, 0.3), { temperature: 1, topP: 0.65 });
    expect(drawn[0]).toBe(0);
    expect(drawn[1]).toBe(0);
    expect(drawn[2]).toBeCloseTo(4 / 7, 2);
    expect(drawn[3]).toBeCloseTo(3 / 7, 2);
  });

  it('keeps one token however small top-p is, and all of them at 1', () => {
    const logits = logitsOf(0.2, 0.5, 0.3);
    for (const topP of [0, 1e-9, 0.5]) expect(frequencies(logits, { temperature: 1, topP })[1]).toBe(1);
    expect(frequencies(logits, { temperature: 1, topP: 1 }).every((share) => share > 0)).toBe(true);
  });

  it('never draws a token of probability 0', () => {
    const logits = Float32Array.of(Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, 0);
    for (const topP of [1, 0.9]) {
      const drawn = frequencies(logits, { temperature: 1, topP });
      expect([drawn[0], drawn[2]]).toEqual([0, 0]);
    }
    expect(sampleToken(logits, { temperature: 1, topP: 1 }, 0)).toBe(1);
  });

  it('refuses logits of a diverged model, and settings outside their range', () => {
    expect(() => sampleToken(Float32Array.of(0, Number.NaN), { temperature: 1, topP: 1 }, 0)).toThrow('token 1');
    expect(() => sampleToken(Float32Array.of(0, Infinity), { temperature: 1, topP: 1 }, 0)).toThrow('diverged');
    for (const temperature of [-1, Number.NaN]) {
      expect(() => sampleToken(logitsOf(1), { temperature, topP: 1 }, 0)).toThrow('temperature');
    }
    for (const topP of [-0.1, 1.1, Number.NaN]) {
      expect(() => sampleToken(logitsOf(1), { temperature: 1, topP }, 0)).toThrow('top-p');
    }
  });

  it('draws as a whole sort of the vocabulary would, however flat the distribution is', () => {
    for (const spread of [0, 0.5, 4, 40]) {
      const logits = Float32Array.from({ length: 500 }, (_, i) => spread * Math.sin(i * 12.9898));
      const weights = Array.from(logits, (logit) => Math.exp(logit));
      const total = weights.reduce((sum, x) => sum + x, 0);
      const sorted = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b);
      const sums: number[] = [];
      for (const token of sorted) sums.push((sums.at(-1) ?? 0) + weights[token]!);
      for (const topP of [0.3, 0.95, 0.9999999]) {
        const reached = sums.find((sum) => sum >= topP * total)!;
        const expected = sorted[sums.findIndex((sum) => sum > 0.73 * reached)];
        expect(sampleToken(logits, { temperature: 1, topP }, 0.73)).toBe(expected);
      }
    }
  });

  it('takes equal logits in the order of their ids, whatever the sign of a zero', () => {
    const logits = Float32Array.of(-1, -0, 0, -0, -1, -300);
    for (const [i, expected] of [1, 2, 3, 0, 4].entries()) {
      const weights = [1, 1, 1, Math.exp(-1), Math.exp(-1)];
      const before = weights.slice(0, i).reduce((sum, x) => sum + x, 0);
      const total = weights.reduce((sum, x) => sum + x, 0);
      expect(sampleToken(logits, { temperature: 1, topP: 1 - 1e-12 }, (before + 0.01) / total)).toBe(expected);
    }
  });

  it('always gives a token of the nucleus', () => {
    const logit = fc.float({ noNaN: true, min: -50, max: 50 });
    fc.assert(
      fc.property(
        fc.array(logit, { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (values, temperature, topP, uniform) => {
          const logits = Float32Array.from(values);
          const token = sampleToken(logits, { temperature, topP }, uniform);
          const weights = Array.from(logits, (x) => Math.exp((x - Math.max(...logits)) / temperature));
          const heavier = weights.filter((weight) => weight > weights[token]!).reduce((sum, x) => sum + x, 0);
          const total = weights.reduce((sum, x) => sum + x, 0);
          // The tokens before it did not reach top-p yet.
          expect(heavier).toBeLessThanOrEqual(topP * total * (1 + 1e-9));
        },
      ),
    );
  });
});

describe('uniformAt', () => {
  it('is in [0, 1), even, and another sequence for another seed', () => {
    const draw = (seed: number) => Array.from({ length: 4000 }, (_, index) => uniformAt(seed, index));
    const values = draw(1);
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
    const tenths = new Array<number>(10).fill(0);
    for (const x of values) tenths[Math.floor(x * 10)]!++;
    for (const count of tenths) expect(Math.abs(count - 400)).toBeLessThan(5 * Math.sqrt(400));
    expect(draw(1)).toEqual(values);
    expect(draw(2)).not.toEqual(values);
    expect(draw(2 ** 32 + 1)).not.toEqual(values);
  });
});
