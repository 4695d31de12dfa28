import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learningRate } from '../../../compiler/plan/schedule.ts';
import type { PlanSchedule } from '../../../compiler/plan/types.ts';

const wsd: PlanSchedule = {
  kind: 'wsd',
  peak: 5e-4,
  end: 0,
  warmup_steps: 2000,
  decay_start_step: 4_720_688,
  decay_steps: 524_521,
  shape: 'linear',
};

describe('learningRate', () => {
  it('rises over the warm-up, stays, and ends where the decay says (11T)', () => {
    expect(learningRate(wsd, 1)).toBe(5e-4 / 2000);
    expect(learningRate(wsd, 1000)).toBe(2.5e-4);
    expect(learningRate(wsd, 2000)).toBe(5e-4);
    expect(learningRate(wsd, 4_720_688)).toBe(5e-4);
    expect(learningRate(wsd, 4_720_689)).toBeCloseTo(5e-4 * (1 - 1 / 524_521), 15);
    expect(learningRate(wsd, 5_245_208)).toBeCloseTo(5e-4 / 524_521, 15);
    expect(learningRate(wsd, 5_245_209)).toBe(0);
  });

  it('has the peak at step 1 without a warm-up', () => {
    const schedule = { ...wsd, warmup_steps: 0 };
    expect(learningRate(schedule, 1)).toBe(5e-4);
  });

  it('reaches the peak at the last step when the warm-up is the whole run', () => {
    const schedule: PlanSchedule = { ...wsd, warmup_steps: 100, decay_start_step: 100, decay_steps: 0 };
    expect(learningRate(schedule, 99)).toBeCloseTo(5e-4 * 0.99, 18);
    expect(learningRate(schedule, 100)).toBe(5e-4);
  });

  it('decays over exactly the steps it was given: 900 to 1000 with a warm-up of 200', () => {
    const schedule: PlanSchedule = { ...wsd, end: 1e-5, warmup_steps: 200, decay_start_step: 900, decay_steps: 100 };
    expect(learningRate(schedule, 900)).toBe(5e-4);
    expect(learningRate(schedule, 901)).toBeLessThan(5e-4);
    expect(learningRate(schedule, 950)).toBeCloseTo((5e-4 + 1e-5) / 2, 12);
    expect(learningRate(schedule, 999)).toBeGreaterThan(1e-5);
    expect(learningRate(schedule, 1000)).toBe(1e-5);
  });

  it('follows the shapes', () => {
    const at = (shape: PlanSchedule['shape']) =>
      learningRate({ ...wsd, peak: 1, warmup_steps: 0, decay_start_step: 0, decay_steps: 100, shape }, 25);
    expect(at('linear')).toBeCloseTo(0.75, 12);
    expect(at('cosine')).toBeCloseTo((1 + Math.cos(Math.PI / 4)) / 2, 12);
    expect(at('one_minus_sqrt')).toBeCloseTo(0.5, 12);
  });

  it('falls with the inverse square root after its warm-up', () => {
    const schedule: PlanSchedule = {
      ...wsd,
      kind: 'inverse_sqrt',
      warmup_steps: 100,
      decay_start_step: 100,
      decay_steps: 0,
    };
    expect(learningRate(schedule, 50)).toBe(2.5e-4);
    expect(learningRate(schedule, 100)).toBe(5e-4);
    expect(learningRate(schedule, 400)).toBe(2.5e-4);
    expect(learningRate({ ...schedule, warmup_steps: 0 }, 1)).toBe(5e-4);
  });

  it('stays at the peak for ever when constant', () => {
    const schedule: PlanSchedule = { ...wsd, kind: 'constant', decay_steps: 0, decay_start_step: 10_000 };
    expect(learningRate(schedule, 9_999_999)).toBe(5e-4);
  });

  it('refuses steps that do not exist', () => {
    expect(() => learningRate(wsd, 0)).toThrow(RangeError);
    expect(() => learningRate(wsd, 1.5)).toThrow(RangeError);
  });

  it('never leaves 0 … peak, never rises after the warm-up and never falls within it', () => {
    const schedules = fc
      .record({
        kind: fc.constantFrom('wsd', 'constant', 'cosine', 'linear', 'inverse_sqrt'),
        shape: fc.constantFrom('linear', 'cosine', 'one_minus_sqrt'),
        warmup: fc.nat(50),
        stable: fc.nat(50),
        decay: fc.nat(50),
      })
      .map(
        ({ kind, shape, warmup, stable, decay }) =>
          ({
            kind,
            shape,
            peak: 1e-3,
            end: 1e-5,
            warmup_steps: warmup,
            decay_start_step: warmup + stable,
            decay_steps: kind === 'constant' || kind === 'inverse_sqrt' ? 0 : decay,
          }) as PlanSchedule,
      );
    fc.assert(
      fc.property(schedules, fc.integer({ min: 1, max: 200 }), (schedule, step) => {
        const [now, next] = [learningRate(schedule, step), learningRate(schedule, step + 1)];
        expect(now).toBeGreaterThan(0);
        expect(now).toBeLessThanOrEqual(1e-3);
        if (step < schedule.warmup_steps) expect(next).toBeGreaterThan(now);
        else expect(next).toBeLessThanOrEqual(now);
      }),
    );
  });
});
