import { describe, expect, it } from 'vitest';
import { validatePlan } from '../../../compiler/plan/validate-plan.ts';
import { keepLong, makeDataset, makePretrain, makeRecipe, makeStage, steps } from '../../support/resolved-recipe.ts';
import { planOf, smallStage } from './plan-of.ts';

describe('datasets', () => {
  const run = (...[a, b]: Parameters<typeof makeDataset>[1][]) => {
    const recipe = makeRecipe(
      [makeDataset('a', a), makeDataset('b', b)],
      [
        makePretrain([smallStage(0, 25_600, { a: '0.5', b: '0.5' }), smallStage(25_600, 51_200, { a: '1' }, 't')], {
          warmup: steps(1),
          every: null,
        }),
      ],
    );
    return planOf(recipe);
  };

  it('never repeated is an error where it runs out, with the place', () => {
    const { collector, plan } = run({ size: 20_000, limit: 'never' }, { size: 1e6 });
    const [made] = collector.all();
    expect(made).toMatchObject({ code: 'SM6103', severity: 'error' });
    expect(made!.message).toBe('`a` (20k tokens) may not be repeated, but is read 1.92 times');
    expect(made!.notes[0]).toMatch(/^it runs out at 32\.\dk tokens \(step 6\d\)$/);
    expect(plan.datasets[0]!.epoch_limit).toBe(1);
    expect(run({ size: 38_400, limit: 'never' }, { size: 1e6 }).codes).toEqual([]);
    expect(run({ size: 38_399, limit: 'never' }, { size: 1e6 }).codes).toEqual(['SM6103']);
  });

  it('may have a limit that is not whole', () => {
    const { plan, codes } = run({ size: 20_000, limit: 1.5 }, { size: 1e6 });
    expect(plan.datasets[0]!.epoch_limit).toBe(1.5);
    expect(() => validatePlan(plan)).not.toThrow();
    expect(codes).toEqual(['SM6004']);
  });

  it('counts what a derived dataset reads against its root', () => {
    const { plan, codes } = run({ size: 10_240 }, { from: 'a', steps: [keepLong(8)], size: 1e6 });
    expect(plan.datasets[0]!.planned_tokens).toBe(51_200);
    expect(plan.datasets[1]!.planned_tokens).toBe(12_800);
    expect(codes).toEqual([]);
    const { collector } = run({ size: 6_000 }, { from: 'a', steps: [keepLong(8)], size: 1e6 });
    expect(collector.all()[0]!.related.map(({ label }) => label)).toContain(
      'stage s through `b`: 12.8k tokens, 2.13 epochs',
    );
  });

  it('are told of too small a share, and not of what is not read', () => {
    const recipe = makeRecipe(
      [makeDataset('a', { size: 1e6 }), makeDataset('b', { size: 65 }), makeDataset('unused')],
      [makePretrain([smallStage(0, 51_200, { a: '0.9999', b: '0.0001' })], { warmup: steps(1) })],
    );
    const { collector } = planOf(recipe);
    expect(
      collector
        .all()
        .map(({ code }) => code)
        .sort(),
    ).toEqual(['SM5105', 'SM6101']);
    expect(collector.all().find(({ code }) => code === 'SM6101')!.message).toContain('0.08 sequences of 64 tokens');
  });

  it('must fill a sequence and the token after it', () => {
    const codesOf = (size: number) => run({ size: 1e6 }, { size }).codes;
    expect(codesOf(8)).toContain('SM6109');
    expect(codesOf(65)).not.toContain('SM6109');
  });

  it('counts over all stages: 250B tokens at 10%, 20% and 16% are 5.28 epochs, the fourth ends at 8T', () => {
    const T = 1e12;
    const stages = [
      makeStage('one', 0, 6 * T, { starcoder: '0.1', web: '0.9' }),
      makeStage('two', 6 * T, 8 * T, { starcoder: '0.2', web: '0.8' }),
      makeStage('three', 8 * T, 10 * T, { starcoder: '0.16', web: '0.84' }),
    ];
    const datasets = [makeDataset('starcoder', { size: 250e9, limit: 4 }), makeDataset('web', { size: 90 * T })];
    const { plan, collector } = planOf(makeRecipe(datasets, [makePretrain(stages)]));
    expect(plan.datasets[0]!.epochs).toBe('5.2800');
    expect(Math.abs(plan.datasets[0]!.epoch_limit_at_tokens! - 8 * T)).toBeLessThan(2 * 2_097_152);
    // Rounding ends stage two 557k tokens early, so that the last of the 1,000B are read in the first steps of stage three.
    expect(collector.all().map(({ code }) => code)).toEqual(['SM6004']);
    expect(collector.all()[0]!.notes[0]).toMatch(/^4 epochs end at 8T tokens \(step 3,814,69[78]\)$/);
  });

  it('finds what runs out in a stage that is not the last', () => {
    const stages = [smallStage(0, 51_200, { a: '0.3', b: '0.7' }), smallStage(51_200, 102_400, { b: '1' }, 't')];
    const datasets = [makeDataset('a', { size: 7_680, limit: 'never' }), makeDataset('b', { size: 1e6 })];
    const { collector, plan } = planOf(makeRecipe(datasets, [makePretrain(stages, { warmup: steps(1), every: null })]));
    expect(collector.all().map(({ code }) => code)).toEqual(['SM6103']);
    const at = plan.datasets[0]!.first_exhausted_at_tokens!;
    expect(Math.abs(at - 25_600)).toBeLessThan(15 * 64);
  });

  it('gives equal shares equal tokens, whatever the sizes', () => {
    const stage = makeStage(
      's',
      0,
      3000,
      { a: '0.5', b: '0.5' },
      { sequence: 1, batch: { unit: 'sequences', amount: 10 } },
    );
    const datasets = [makeDataset('a', { size: 1000 }), makeDataset('b', { size: 2000 })];
    const { plan } = planOf(makeRecipe(datasets, [makePretrain([stage], { warmup: steps(1) })]));
    expect(plan.datasets.map(({ epochs }) => Number(epochs).toFixed(2))).toEqual(['1.50', '0.75']);
  });

  it('goes on through phases: counts and positions are those of the whole run', () => {
    const phase = (name: string, shares: Record<string, string>) =>
      makePretrain([smallStage(0, 51_200, shares)], { warmup: steps(1), every: null, name });
    const datasets = [makeDataset('a', { size: 40_000, limit: 1 }), makeDataset('b', { size: 1e6 })];
    const { plan, collector } = planOf(
      makeRecipe(datasets, [phase('first', { a: '0.5', b: '0.5' }), phase('second', { a: '0.5', b: '0.5' })]),
    );
    expect(plan.totals).toMatchObject({ steps: 200, tokens: 102_400 });
    expect(Math.abs(plan.datasets[0]!.planned_tokens - 51_200)).toBeLessThan(10 * 64);
    const at = plan.datasets[0]!.epoch_limit_at_tokens!;
    expect(Math.abs(at - 80_000)).toBeLessThan(20 * 64);
    expect(collector.all().find(({ code }) => code === 'SM6004')!.notes[0]).toMatch(
      /^1 epoch ends at .* of `second`\)$/,
    );
  });
});
