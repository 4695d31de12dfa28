import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { learningRate } from '../../compiler/plan/schedule.ts';
import { emitText } from '../support/emit-example.ts';
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

it('report 8: the export to nanotron writes start and length of the decay, its minimum and the style of the warm-up', async () => {
  const schedule = 'wsd(peak = 1e-3, warmup = 200 steps, decay_from = 900 steps, to = 1e-5)';
  const text = recipeWith(['50% web', '50% code'], { tokens: '1000 steps', schedule, precision: 'bf16' });
  const { emission } = await emitText('nanotron', 'main.smol', text);
  const config = parse(emission.files[0]!.text);
  expect(config.tokens.train_steps).toBe(1000);
  expect(config.optimizer.learning_rate_scheduler).toEqual({
    learning_rate: 1e-3,
    lr_decay_starting_step: 900,
    lr_decay_steps: 100,
    lr_decay_style: 'linear',
    lr_warmup_steps: 200,
    lr_warmup_style: 'linear',
    min_decay_lr: 1e-5,
  });
});
