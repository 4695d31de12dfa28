import { expect, it } from 'vitest';
import { learningRate } from '../../compiler/plan/schedule.ts';
import { recipeWith } from '../support/recipe-with.ts';
import { planOfText } from './compile-recipe-text.ts';

it('report 8: a decay from step 900 of 1,000 lasts 100 steps, whatever the warm-up, and ends at its end', () => {
  const schedule = 'wsd(peak = 1e-3, warmup = 200 steps, decay_from = 900 steps, to = 1e-5)';
  const plan = planOfText(recipeWith(['50% web', '50% code'], { tokens: '1000 steps', schedule }));
  const planned = plan.phases[0]!.schedule;
  expect(planned).toMatchObject({ warmup_steps: 200, decay_start_step: 900, decay_steps: 100 });
  expect(learningRate(planned, 200)).toBe(1e-3);
  expect(learningRate(planned, 900)).toBe(1e-3);
  expect(learningRate(planned, 901)).toBeLessThan(1e-3);
  expect(learningRate(planned, 999)).toBeGreaterThan(1e-5);
  expect(learningRate(planned, 1000)).toBe(1e-5);
});
