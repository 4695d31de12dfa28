import fc from 'fast-check';
import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../../../compiler/compile.ts';
import { normalizedRecipe } from '../../../compiler/emit/recipe/normalized-recipe.ts';
import { stagePieces } from '../../../compiler/plan/ramps.ts';
import { renderPlanText } from '../../../compiler/report/plan-text.ts';
import { recipeWith } from '../../support/recipe-with.ts';
import { makeStage } from '../../support/resolved-recipe.ts';

const stages = (ramp: string) => [
  'stage a ..500k { 100% web }',
  `stage b { ${ramp === '' ? '' : `ramp = ${ramp}, `}25% web, 75% code }`,
];

function compile(ramp: string) {
  const text = recipeWith(stages(ramp));
  return compileRecipe('main.smol', { readText: (path) => (path.endsWith('.lock') ? null : text) });
}

describe('the pieces of a ramp', () => {
  const a = makeStage('a', 0, 1, { web: '1' });
  const b = makeStage('b', 1, 2, { code: '3/4', web: '1/4' });

  it('are at most 64, equal but for a step, in order, and end where the ramp does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 300 }), (ramp, rest) => {
        const pieces = stagePieces(b, a.shares, { first: 101, last: 100 + ramp + rest, ramp });
        const inRamp = pieces.filter(({ firstStep }) => firstStep <= 100 + ramp);
        expect(inRamp.length).toBe(Math.min(64, ramp));
        const sizes = inRamp.map(({ firstStep, lastStep }) => lastStep - firstStep + 1);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        let next = 101;
        for (const { firstStep, lastStep } of pieces) {
          expect(firstStep).toBe(next);
          next = lastStep + 1;
        }
        expect(next).toBe(101 + ramp + rest);
        expect(inRamp.at(-1)!.lastStep).toBe(100 + ramp);
      }),
    );
  });

  it('move the shares linearly, each mixture a whole one', () => {
    const pieces = stagePieces(b, a.shares, { first: 1, last: 10, ramp: 4 });
    const codes = pieces.map(({ shares }) => shares.find(({ dataset }) => dataset === 'code')!.share.toFraction());
    expect(codes).toEqual(['3/32', '9/32', '15/32', '21/32', '3/4']);
    for (const { shares } of pieces) {
      expect(shares.reduce((sum, { share }) => sum.add(share), new Fraction(0)).equals(1)).toBe(true);
    }
  });
});

describe('a stage with a ramp', () => {
  const { plan } = compile('100k tokens');

  it('reads, over the ramp, the mean of both shares', () => {
    const [first, second] = plan!.phases[0]!.stages;
    const ramp = second!.ramp_steps;
    expect(ramp).toBe(98);
    expect(plan!.phases[0]!.segments).toHaveLength(66);
    const code = second!.mixture.find(({ dataset }) => dataset === 'code')!;
    const expected = (0.75 * ramp) / 2 + 0.75 * (second!.steps - ramp);
    expect(code.sequences / second!.batch_sequences).toBeCloseTo(expected, 0);
    expect(second!.mixture.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(second!.tokens);
    expect(first!.ramp_steps).toBe(0);
  });

  it('is another run than one without, and has a long form and words', () => {
    expect(plan!.hash).not.toBe(compile('').plan!.hash);
    expect(normalizedRecipe(compile('100k tokens'))).toContain('ramp = 100_000 tokens');
    expect(renderPlanText(plan!, { columns: 80, color: false })).toContain(
      'b: shares move from those of a over 98 steps',
    );
  });

  it.each([
    ['600k tokens', 'SM5107'],
    ['60%', 'SM5107'],
    ['1000 steps', 'SM5107'],
    ['50%', null],
    ['1 steps', null],
  ])('of %s: %s', (ramp, code) => {
    const errors = compile(ramp).diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map((each) => each.code)).toEqual(code === null ? [] : [code]);
  });

  it('lists with a share of 0 what it leaves behind', () => {
    const text = recipeWith(['stage a ..500k { 100% web }', 'stage b { ramp = 10%, 100% code }']);
    const { plan } = compileRecipe('main.smol', { readText: (path) => (path.endsWith('.lock') ? null : text) });
    const left = plan!.phases[0]!.stages[1]!.mixture.find(({ dataset }) => dataset === 'web')!;
    expect(left.share).toBe('0');
    expect(left.tokens).toBeGreaterThan(0);
  });
});
