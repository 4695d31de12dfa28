import fc from 'fast-check';
import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import {
  countBetween,
  nextWeylValue,
  shareThresholds,
  WEYL_MODULUS,
  weylOffset,
  weylValue,
} from '../../../../compiler/plan/sampler/weyl.ts';

/** Stage 4 of SmolLM2 1.7B, as published: from 0.02% to 34.8%. */
const decayShares = ['0.0002', '0.0008', '0.139', '0.04', '0.24', '0.232', '0.348'].map((text) => new Fraction(text));

describe('the Weyl sequence', () => {
  it('counts as a walk over the values does', () => {
    const bound = fc.bigInt({ min: 0n, max: WEYL_MODULUS });
    const theta = fc.bigInt({ min: 0n, max: WEYL_MODULUS - 1n });
    fc.assert(
      fc.property(theta, bound, bound, fc.nat(300), (offset, x, y, count) => {
        const [low, high] = x < y ? [x, y] : [y, x];
        let walked = 0n;
        let value = offset;
        for (let n = 0; n < count; n++) {
          expect(value).toBe(weylValue(BigInt(n), offset));
          if (value >= low && value < high) walked++;
          value = nextWeylValue(value);
        }
        expect(countBetween(BigInt(count), low, high, offset)).toBe(walked);
      }),
      { numRuns: 300 },
    );
  });

  it('stays within 4 sequences of every share at every prefix of 50,000', () => {
    const thresholds = shareThresholds(decayShares);
    const shares = decayShares.map((share) => share.valueOf());
    const counts = shares.map(() => 0);
    let value = weylOffset(42, 'pretrain:0', 1);
    let worst = 0;
    for (let n = 1; n <= 50_000; n++) {
      counts[thresholds.findIndex((threshold) => value < threshold) - 1]!++;
      value = nextWeylValue(value);
      for (const [i, share] of shares.entries()) worst = Math.max(worst, Math.abs(counts[i]! - n * share));
    }
    expect(worst).toBeLessThan(4);
    const theta = weylOffset(42, 'pretrain:0', 1);
    const closed = counts.map((_, i) => Number(countBetween(50_000n, thresholds[i]!, thresholds[i + 1]!, theta)));
    expect(closed).toEqual(counts);
  });

  it('counts 5.37e9 sequences at once, each dataset within 4 of its share', () => {
    const thresholds = shareThresholds(decayShares);
    const theta = weylOffset(42, 'pretrain:0', 1);
    const total = 5_371_093_750n;
    let sum = 0n;
    for (const [i, share] of decayShares.entries()) {
      const count = countBetween(total, thresholds[i]!, thresholds[i + 1]!, theta);
      expect(Math.abs(Number(count) - share.valueOf() * Number(total))).toBeLessThan(4);
      sum += count;
    }
    expect(sum).toBe(total);
  });

  it('takes thresholds from exact shares and refuses what does not add up', () => {
    const thirds = shareThresholds([new Fraction('1/3'), new Fraction('1/3'), new Fraction('1/3')]);
    expect(thirds).toEqual([0n, WEYL_MODULUS / 3n, (2n * WEYL_MODULUS) / 3n, WEYL_MODULUS]);
    expect(() => shareThresholds([new Fraction('0.6'), new Fraction('0.5')])).toThrow(RangeError);
  });

  it('takes its offset from seed, phase and first step', () => {
    const offsets = [weylOffset(1, 'pretrain:0', 1), weylOffset(2, 'pretrain:0', 1), weylOffset(1, 'pretrain:1', 1)];
    offsets.push(weylOffset(1, 'pretrain:0', 2));
    expect(new Set(offsets).size).toBe(4);
  });

  it('has not changed its meaning', () => {
    expect(weylOffset(42, 'pretrain:0', 1)).toMatchInlineSnapshot(`9387195483587937007n`);
  });
});
