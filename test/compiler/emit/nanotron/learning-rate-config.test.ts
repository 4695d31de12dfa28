import fc from 'fast-check';
import { expect, it } from 'vitest';
import { learningRateConfig } from '../../../../compiler/emit/nanotron/learning-rate-config.ts';
import { learningRate, type PlanSchedule } from '../../../../compiler/plan/index.ts';

/** Nanotron's rate at a step counted from 0, as a formula of its own keys (the fixtures of emit-nanotron hold its own code's). */
function theirRate(config: ReturnType<typeof learningRateConfig>, step: number): number {
  const number = (key: string) => {
    const value = config[key];
    return typeof value === 'number' ? value : (value as { $float: number }).$float;
  };
  const [peak, warmup] = [number('learning_rate'), number('lr_warmup_steps')];
  const [start, length, end] = [number('lr_decay_starting_step'), number('lr_decay_steps'), number('min_decay_lr')];
  if (warmup === 0 && length === 0) return peak * peak;
  if (step <= warmup) return config.lr_warmup_style === 'constant' ? peak : (peak * step) / Math.max(warmup, 1);
  if (step < start) return peak;
  if (step >= start + length) return end;
  const x = (step - start) / length;
  const left = { linear: 1 - x, cosine: (1 + Math.cos(Math.PI * x)) / 2, '1-sqrt': 1 - Math.sqrt(x) };
  return end + (peak - end) * left[config.lr_decay_style as keyof typeof left];
}

const schedules = fc
  .record({
    steps: fc.integer({ min: 1, max: 3000 }),
    warmup: fc.double({ min: 0, max: 1, noNaN: true }),
    decay: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom<PlanSchedule['kind']>('wsd', 'constant', 'cosine', 'linear'),
    shape: fc.constantFrom<PlanSchedule['shape']>('linear', 'cosine', 'one_minus_sqrt'),
    end: fc.constantFrom(0, 1e-6),
  })
  .map(({ steps, warmup, decay, kind, shape, end }) => {
    const warmupSteps = Math.floor(warmup * steps);
    const most = steps - warmupSteps;
    const decaySteps = kind === 'constant' ? 0 : kind === 'wsd' ? Math.floor(decay * most) : most;
    const schedule: PlanSchedule = {
      kind,
      peak: 3e-4,
      end: kind === 'constant' ? 3e-4 : end,
      warmup_steps: warmupSteps,
      decay_start_step: decaySteps === 0 ? steps : steps - decaySteps,
      decay_steps: decaySteps,
      shape,
    };
    return { schedule, steps };
  });

it('any schedule has the rate of the plan at every step, the steps after its warm-up of 0 among them', () => {
  fc.assert(
    fc.property(schedules, ({ schedule, steps }) => {
      const config = learningRateConfig(schedule, steps);
      for (let step = 1; step <= steps; step++) {
        expect(Math.abs(theirRate(config, step) - learningRate(schedule, step))).toBeLessThan(1e-12 * schedule.peak);
      }
    }),
  );
});
