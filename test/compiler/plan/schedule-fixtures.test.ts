import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { learningRate } from '../../../compiler/plan/schedule.ts';
import type { PlanSchedule } from '../../../compiler/plan/types.ts';

interface ScheduleCase {
  readonly schedule: PlanSchedule;
  readonly compared_from: number;
  readonly rates: readonly number[];
}

interface ScheduleFixture {
  readonly cases: Readonly<Record<string, ScheduleCase>>;
}

/** What transformers' schedules give (test/fixtures/make_schedule_fixtures.py says how their steps are counted). */
const { cases }: ScheduleFixture = JSON.parse(
  readFileSync(new URL('../../fixtures/schedules.json', import.meta.url), 'utf8'),
);

describe('learningRate', () => {
  it.each(Object.keys(cases))('is that of transformers at every step (%s)', (name) => {
    const { schedule, rates, compared_from: from } = cases[name]!;
    expect(rates).toHaveLength(60);
    rates.forEach((rate, index) => {
      if (index + 1 < from) return;
      const mine = learningRate(schedule, index + 1);
      expect(Math.abs(mine - rate), `step ${index + 1}: ${mine}, not ${rate}`).toBeLessThan(1e-12 * schedule.peak);
    });
    expect(new Set(rates).size).toBeGreaterThan(5);
  });
});
