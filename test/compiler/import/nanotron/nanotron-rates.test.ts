import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { learningRate } from '../../../../compiler/plan/index.ts';
import { importSample } from '../../../support/import-configs.ts';

interface TheirRates {
  readonly keys: Readonly<Record<string, string | number>>;
  readonly steps: number;
  /** Of the steps from 1 on, by nanotron's own code. */
  readonly rates: readonly number[];
}

const path = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'nanotron-rates.json');
const rows = JSON.parse(readFileSync(path, 'utf8')) as readonly TheirRates[];
const nothing = {
  lr_warmup_steps: '',
  lr_warmup_style: '',
  lr_decay_starting_step: '',
  lr_decay_steps: '',
  lr_decay_style: '',
  min_decay_lr: '',
};

/** Forms that a recipe has no words for stand at the end of the fixture. */
const sayable = 14;

describe("the rate of nanotron's own code (make_nanotron_fixtures.py)", () => {
  it.each(rows.slice(0, sayable).map((row) => [JSON.stringify(row.keys), row] as const))(
    'is that of the recipe at every step, for %s',
    async (_keys, { keys, steps, rates }) => {
      const { compilation, said } = await imported(keys, steps);
      expect(said.filter(([code]) => code === 'SM7220')).toEqual([]);
      const { schedule, steps: found } = compilation!.plan!.phases[0]!;
      expect(found).toBe(steps);
      rates.forEach((rate, index) => {
        expect(Math.abs(learningRate(schedule, index + 1) - rate), `step ${index + 1}`).toBeLessThan(1e-16);
      });
    },
  );

  it.each(rows.slice(sayable).map((row) => [JSON.stringify(row.keys), row] as const))(
    'has no form in a recipe, for %s',
    async (_keys, { keys, steps }) => {
      const { recipe, said } = await imported(keys, steps);
      expect(recipe).toBeNull();
      expect(said.map(([code]) => code)).toContain('SM7220');
    },
  );
});

function imported(keys: TheirRates['keys'], steps: number) {
  const written = Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, String(value)]));
  return importSample({ schedule: { ...nothing, ...written }, tokens: { train_steps: String(steps) } });
}
