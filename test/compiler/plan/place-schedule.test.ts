import { describe, expect, it } from 'vitest';
import { makeDataset, makePretrain, makeRecipe, part, steps, tokens } from '../../support/resolved-recipe.ts';
import { planOf, smallStage } from './plan-of.ts';

describe('schedules in steps', () => {
  const schedule = (changes: Parameters<typeof makePretrain>[1], to = 512_000) => {
    const { plan, codes } = planOf(
      makeRecipe([makeDataset('a')], [makePretrain([smallStage(0, to, { a: '1' })], changes)]),
    );
    return { ...plan.phases[0]!.schedule, codes, checkpoint: plan.phases[0]!.checkpoint };
  };

  it('turns positions into steps last', () => {
    expect(schedule({ warmup: tokens(5000), decay: tokens(51_200) })).toMatchObject({
      warmup_steps: 10,
      decay_start_step: 900,
      decay_steps: 100,
    });
    expect(schedule({ warmup: part('0.01'), decay: steps(30) })).toMatchObject({
      warmup_steps: 10,
      decay_start_step: 970,
    });
    expect(schedule({ warmup: steps(200), decay: null, decayFrom: steps(900) })).toMatchObject({
      decay_start_step: 900,
      decay_steps: 100,
    });
    expect(schedule({ warmup: steps(0), decay: null, decayFrom: part('0.5') })).toMatchObject({
      decay_start_step: 500,
      decay_steps: 500,
    });
    expect(schedule({ kind: 'cosine', warmup: steps(100), decay: null })).toMatchObject({
      decay_start_step: 100,
      decay_steps: 900,
      shape: 'cosine',
    });
  });

  it('says what does not fit the run', () => {
    expect(schedule({ warmup: steps(1001), decay: null }).codes).toContain('SM5101');
    expect(schedule({ warmup: part('1.5'), decay: null }).codes).toContain('SM5101');
    expect(schedule({ warmup: part('0.4'), decay: part('0.7') }).codes).toContain('SM5102');
    expect(schedule({ warmup: steps(1), decay: part('1.2') }).codes).toContain('SM5102');
    expect(schedule({ warmup: steps(1), decay: null, decayFrom: steps(1200) }).codes).toContain('SM5103');
    expect(schedule({ warmup: steps(1000), decay: null }).codes).toContain('SM5104');
    expect(schedule({ warmup: steps(10) }).codes).not.toContain('SM5104');
    const far = schedule({ warmup: steps(10), every: steps(1001) });
    expect(far.codes).toContain('SM5105');
    expect(far.checkpoint.every_steps).toBeNull();
    expect(schedule({ warmup: steps(10), every: tokens(51_200) }).checkpoint.every_steps).toBe(100);
  });

  it('scales lengths in steps with the phase, to at least one', () => {
    const stages = [{ from: tokens(0).amount, to: tokens(51_200_000).amount, tokensPerStep: 512 }];
    const scaledFrom = { tokens: 51_200_000, stages };
    expect(schedule({ warmup: steps(2000), decay: steps(30), every: steps(300), scaledFrom })).toMatchObject({
      warmup_steps: 20,
      decay_start_step: 999,
      decay_steps: 1,
      checkpoint: { every_steps: 300 },
    });
    expect(schedule({ warmup: steps(0), decay: part('0.1'), scaledFrom })).toMatchObject({
      warmup_steps: 0,
      decay_steps: 100,
    });
  });
});
