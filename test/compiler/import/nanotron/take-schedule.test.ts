import fc from 'fast-check';
import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import type { ImportedSchedule, RateKeys } from '../../../../compiler/import/nanotron/imported-run.ts';
import { takeSchedule } from '../../../../compiler/import/nanotron/take-schedule.ts';
import { learningRate } from '../../../../compiler/plan/index.ts';

/** nanotron's rate at a step, as the formula of helpers.lr_scheduler_builder at 2411b022; nanotron-rates.json holds its own values. */
function theirRate(keys: RateKeys, step: number): number {
  const { warmup, warmupStyle, decayStyle, decayStart, decaySteps } = keys;
  const [peak, end] = [keys.peak.valueOf(), keys.end.valueOf()];
  if (step <= warmup) return warmupStyle === 'constant' ? peak : (peak * step) / Math.max(warmup, 1);
  if (step < decayStart) return peak;
  if (step >= decayStart + decaySteps) return end;
  const x = (step - decayStart) / decaySteps;
  const left = { linear: 1 - x, cosine: (1 + Math.cos(Math.PI * x)) / 2, '1-sqrt': 1 - Math.sqrt(x) };
  return end + (peak - end) * left[decayStyle];
}

/** The rate of the recipe: its decay ends with training. */
function ourRate({ kind, peak, warmup, decay, shape, end }: ImportedSchedule, steps: number, step: number): number {
  const decays = kind === 'constant' ? 0 : kind === 'wsd' ? decay : steps - warmup;
  return learningRate(
    {
      kind,
      peak: peak.valueOf(),
      end: end.valueOf(),
      warmup_steps: warmup,
      decay_start_step: steps - decays,
      decay_steps: decays,
      shape: kind === 'wsd' ? shape : kind === 'cosine' ? 'cosine' : 'linear',
    },
    step,
  );
}

const keysOf = (changes: Partial<RateKeys>): RateKeys => ({
  peak: new Fraction('0.0003'),
  warmup: 100,
  warmupStyle: 'linear',
  decayStyle: 'linear',
  decayStart: 800,
  decaySteps: 200,
  end: new Fraction(0),
  isLengthDefault: false,
  span: { file: 'a.yaml', start: 0, end: 0 },
  ...changes,
});

const anyKeys = fc.record({
  warmup: fc.integer({ min: 0, max: 60 }),
  warmupStyle: fc.constantFrom<RateKeys['warmupStyle']>('linear', 'constant'),
  decayStyle: fc.constantFrom<RateKeys['decayStyle']>('linear', 'cosine', '1-sqrt'),
  decayStart: fc.integer({ min: 0, max: 60 }),
  decaySteps: fc.integer({ min: 0, max: 60 }),
  end: fc.constantFrom('0', '0.00001', '0.0003').map((text) => new Fraction(text)),
});

describe('a schedule of nanotron', () => {
  it('is taken over with its rate at every step, or refused', () => {
    let refused = 0;
    fc.assert(
      fc.property(anyKeys, fc.integer({ min: 1, max: 60 }), (changes, steps) => {
        const keys = keysOf(changes);
        const found = takeSchedule(keys, steps);
        if (found.kind === 'refused') refused += 1;
        // A warm-up longer than training is for the recipe's own check to refuse.
        if (found.kind === 'refused' || found.schedule.warmup > steps) return;
        for (let step = 1; step <= steps; step += 1) {
          const difference = Math.abs(ourRate(found.schedule, steps, step) - theirRate(keys, step));
          expect(difference, `step ${step}`).toBeLessThan(1e-15);
        }
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(2500);
  });

  it.each([
    ['the usual one', {}, 1000, { kind: 'wsd', decay: 200, warmup: 100 }],
    ['a decay from the warm-up on', { decayStart: 100, decaySteps: 900 }, 1000, { kind: 'linear', warmup: 100 }],
    ['half a cosine', { decayStart: 100, decaySteps: 900, decayStyle: 'cosine' }, 1000, { kind: 'cosine' }],
    ['1-sqrt', { decayStyle: '1-sqrt' }, 1000, { kind: 'wsd', shape: 'one_minus_sqrt' }],
    ['an end at the peak', { end: new Fraction('0.0003') }, 1000, { kind: 'constant', warmup: 100 }],
    ['a decay after the end', {}, 800, { kind: 'constant' }],
    ['no warm-up', { warmupStyle: 'constant' }, 1000, { kind: 'wsd', warmup: 0, decay: 200 }],
  ] as const)('%s is written as such', (_what, changes, steps, wanted) => {
    const found = takeSchedule(keysOf(changes), steps);
    expect(found).toMatchObject({ kind: 'taken', schedule: wanted, cutUntil: null });
  });

  it('whose linear decay is cut ends at the rate that is reached, exactly', () => {
    const found = takeSchedule(keysOf({ decaySteps: 900 }), 1000);
    if (found.kind !== 'taken') throw new Error('refused');
    expect(found.cutUntil).toBe(1700);
    expect(found.schedule).toMatchObject({ kind: 'wsd', decay: 200 });
    // 700 of 900 steps are left.
    expect(found.schedule.end.toFraction()).toBe(new Fraction('0.0003').mul(new Fraction(7, 9)).toFraction());
  });

  it.each([
    ['cut in its cosine', { decayStyle: 'cosine', decaySteps: 900 }, 'set `lr_decay_steps` to 200'],
    ['held at its end', { decaySteps: 100 }, 'set `lr_decay_steps` to 200, or `train_steps` to 900'],
    ['decaying inside its warm-up', { warmup: 850 }, 'set `lr_decay_starting_step` to 850 or more'],
    ['with neither warm-up nor decay', { warmup: 0, decaySteps: 0 }, null],
  ] as const)('%s is refused, with what to do', (_what, changes, help) => {
    const found = takeSchedule(keysOf(changes), 1000);
    if (found.kind !== 'refused') throw new Error('taken');
    if (help !== null) expect(found.help).toContain(help);
  });
});
