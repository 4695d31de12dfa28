import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticCollector } from '../../../compiler/diagnostics/collector.ts';
import { buildPlan } from '../../../compiler/plan/plan.ts';
import { createRunSampler } from '../../../compiler/plan/sampler/run-sampler.ts';
import type { Plan } from '../../../compiler/plan/types.ts';
import { validatePlan } from '../../../compiler/plan/validate-plan.ts';
import {
  keepLong,
  madeSources,
  makeDataset,
  makePretrain,
  makeRecipe,
  makeStage,
  resolved,
  steps,
} from '../../support/resolved-recipe.ts';
import { elevenTrillion } from './eleven-trillion.ts';
import { planOf, smallStage } from './plan-of.ts';

describe('the published 11T run', () => {
  const { plan, collector } = planOf(elevenTrillion());
  const phase = plan.phases[0]!;
  const dataset = (name: string) => plan.datasets.find((each) => each.name === name)!;

  it('has its size, steps and stage ends', () => {
    expect(plan.model.parameters).toBe(1_711_376_384);
    expect(phase.tokens_per_step).toBe(2_097_152);
    expect(phase.stages.map(({ last_step }) => last_step)).toEqual([
      2_861_023, 3_814_697, 4_768_372, 5_209_446, 5_245_209,
    ]);
    expect(phase.steps).toBe(5_245_209);
    expect(phase.asked_tokens).toBe(11e12);
    expect(phase.tokens).toBe(11_000_000_544_768);
    expect(phase.stages.map(({ batch_sequences }) => batch_sequences)).toEqual([1024, 1024, 1024, 1024, 256]);
    expect(plan.totals).toMatchObject({ tokens: 11_000_000_544_768, steps: 5_245_209 });
    expect(plan.totals.checkpoint_bytes).toBe(1_711_376_384 * 12);
    expect(Number(plan.totals.flops)).toBeCloseTo(1.13e23, -21);
    expect(BigInt(plan.totals.flops)).toBe(6n * 1_711_376_384n * 11_000_000_544_768n);
  });

  it('has its schedule in steps', () => {
    expect(phase.schedule).toEqual({
      kind: 'wsd',
      peak: 5e-4,
      end: 0,
      warmup_steps: 2000,
      decay_start_step: 4_720_688,
      decay_steps: 5_245_209 - 4_720_688,
      shape: 'linear',
    });
  });

  it('counts sequences that add up, near their shares', () => {
    for (const stage of phase.stages) {
      const sequences = stage.mixture.reduce((sum, share) => sum + share.sequences, 0);
      expect(sequences).toBe(stage.steps * stage.batch_sequences);
      expect(stage.tokens).toBe(sequences * stage.sequence);
      for (const share of stage.mixture) {
        const [n, d] = share.share.split('/').map(Number) as [number, number | undefined];
        expect(Math.abs(share.sequences - (n / (d ?? 1)) * sequences)).toBeLessThan(6);
        expect(share.tokens).toBe(share.sequences * stage.sequence);
      }
    }
  });

  it('counts epochs over all stages, derived datasets against their root too', () => {
    expect(dataset('starcoder').epochs).toBe('4.0000');
    expect(Number(dataset('fineweb_edu').epochs)).toBeCloseTo(
      (3.24 + 0.9 + 0.592 + 0.2146 + 0.01044 + 0.0075) / 1.3,
      3,
    );
    expect(dataset('dclm_long')).toMatchObject({ epochs: null, first_exhausted_at_tokens: null });
    expect(dataset('dclm_long').planned_tokens).toBeGreaterThan(7.49e9);
    expect(dataset('dclm').first_exhausted_at_tokens).toBeGreaterThan(9.9e12);
    expect(dataset('cosmopedia').first_exhausted_at_tokens).toBeGreaterThan(10e12);
    expect(dataset('aug_gsm8k').epochs).toBeNull();
  });

  it('says which dataset is read too often, and where', () => {
    const found = collector.all().filter(({ code }) => code === 'SM6004');
    expect(found.map(({ message }) => message)).toEqual([
      '`open_web_math` (12B tokens) is read 15.1 times, above its limit of 5',
    ]);
    const [made] = found;
    expect(made!.label).toMatch(/^stage stable_2: 100B tokens, 8\.33 epochs$/);
    expect(made!.related.map(({ label }) => label)[0]).toMatch(/^stage stable_3: 80B tokens, 6\.67 epochs$/);
    expect(made!.notes).toEqual(['5 epochs end at 7.2T tokens (step 3,433,228)']);
    expect(made!.help).toContain('`repeat = 16 epochs`');
    expect(dataset('open_web_math').epoch_limit_at_tokens).toBeGreaterThan(7.199e12);
    expect(dataset('open_web_math').epoch_limit_at_tokens).toBeLessThan(7.201e12);
  });

  it('keeps a limit that only rounding to whole steps passes', () => {
    expect(planOf(elevenTrillion({ starcoderLimit: 4 })).codes.filter((code) => code === 'SM6004')).toHaveLength(1);
  });

  it('names the unknown sizes once', () => {
    const notes = collector.all().filter(({ code }) => code === 'SM6102');
    expect(notes).toHaveLength(1);
    expect(notes[0]!.message).toContain('4 datasets');
  });

  it('is a valid plan and takes no time', () => {
    expect(validatePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    const started = performance.now();
    planOf(elevenTrillion());
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('gives counts that the sampler repeats at any step', () => {
    const sampler = createRunSampler(phase, plan.seed);
    const last = [...sampler.batches(5_245_209)][0]!;
    expect(last).toHaveLength(256);
    expect(sampler.tokensReadBefore(5_245_210, dataset('starcoder').id)).toBe(dataset('starcoder').planned_tokens);
  });
});

describe('identity', () => {
  const datasets = [makeDataset('a'), makeDataset('b'), makeDataset('c')];
  const base = makeRecipe(datasets, [
    makePretrain(
      [
        smallStage(0, 51_200, { a: '0.5', b: '0.3', c: '0.2' }, 'one'),
        smallStage(51_200, 102_400, { a: '0.1', c: '0.9' }, 'two'),
      ],
      { warmup: steps(10) },
    ),
  ]);
  const picks = (plan: Plan, to: number) => {
    const all = [];
    const sampler = createRunSampler(plan.phases[0]!, plan.seed);
    for (let step = 1; step <= to; step++) for (let slot = 0; slot < 8; slot++) all.push(sampler.pick(step, slot));
    return all;
  };

  it('does not depend on names and order', () => {
    const before = planOf(base).plan;
    const renamed = makeRecipe(
      [
        makeDataset('z', { source: 'c/*.jsonl' }),
        makeDataset('b'),
        makeDataset('y', { source: 'a/*.jsonl', size: 1e9, domain: 'web' }),
      ],
      [
        makePretrain(
          [
            smallStage(0, 51_200, { z: '0.2', y: '0.5', b: '3/10' }, 'eins'),
            smallStage(51_200, 102_400, { z: '0.9', y: '0.1' }, 'zwei'),
          ],
          { warmup: steps(10), every: steps(7), name: 'main' },
        ),
      ],
      { name: 'other' },
    );
    const { plan } = planOf(renamed);
    expect(plan.hash).toBe(before.hash);
    expect(picks(plan, 200)).toEqual(picks(before, 200));
    expect(plan.datasets.map(({ id }) => id).sort()).toEqual(before.datasets.map(({ id }) => id).sort());
  });

  it('changes with what is computed', () => {
    const { plan } = planOf(base);
    const seed = planOf(makeRecipe(datasets, base.phases, { seed: 43 })).plan;
    const source = planOf(
      makeRecipe([makeDataset('a', { source: 'other' }), datasets[1]!, datasets[2]!], base.phases),
    ).plan;
    const schedule = planOf(
      makeRecipe(datasets, [
        { ...base.phases[0]!, schedule: makePretrain(base.phases[0]!.stages).schedule, clipNorm: resolved(0.5) },
      ]),
    ).plan;
    expect(new Set([plan.hash, seed.hash, source.hash, schedule.hash]).size).toBe(4);
  });

  it('moves nothing before a stage that changes', () => {
    const changed = makeRecipe(datasets, [
      makePretrain([base.phases[0]!.stages[0]!, smallStage(51_200, 102_400, { b: '1' }, 'two')], { warmup: steps(10) }),
    ]);
    expect(picks(planOf(changed).plan, 100)).toEqual(picks(planOf(base).plan, 100));
  });

  it('joins stages between which nothing changes, and counts each', () => {
    const cut = makeRecipe(datasets, [
      makePretrain(
        [
          smallStage(0, 20_480, { a: '0.5', b: '0.3', c: '0.2' }, 'x'),
          smallStage(20_480, 51_200, { b: '0.3', a: '0.5', c: '0.2' }, 'y'),
          base.phases[0]!.stages[1]!,
        ],
        { warmup: steps(10) },
      ),
    ]);
    const { plan } = planOf(cut);
    expect(plan.hash).toBe(planOf(base).plan.hash);
    expect(plan.phases[0]!.segments.map(({ first_step, last_step }) => [first_step, last_step])).toEqual([
      [1, 100],
      [101, 200],
    ]);
    for (const stage of plan.phases[0]!.stages) {
      expect(stage.mixture.reduce((sum, { sequences }) => sum + sequences, 0)).toBe(stage.steps * 8);
    }
  });

  it('takes two names of one source for one dataset', () => {
    const twice = makeRecipe(
      [
        makeDataset('a', { size: 10_240 }),
        makeDataset('again', { source: 'a/*.jsonl', size: 10_240 }),
        makeDataset('b'),
      ],
      [makePretrain([smallStage(0, 51_200, { a: '0.25', again: '0.25', b: '0.5' })], { warmup: steps(1) })],
    );
    const { plan } = planOf(twice);
    expect(plan.datasets[0]!.id).toBe(plan.datasets[1]!.id);
    expect(plan.phases[0]!.segments[0]!.shares).toHaveLength(2);
    expect(plan.phases[0]!.stages[0]!.mixture.map(({ dataset, share }) => [dataset, share])).toEqual([
      ['a', '0.5'],
      ['b', '0.5'],
    ]);
    expect(plan.datasets[1]!.planned_tokens).toBe(plan.datasets[0]!.planned_tokens);
    expect(Math.abs(plan.datasets[0]!.planned_tokens - 25_600)).toBeLessThanOrEqual(4 * 64);
    expect(() => validatePlan(plan)).not.toThrow();
  });
});

describe('stages in steps', () => {
  it('rounds each boundary from where the stage before really ended', () => {
    // Steps of 512 tokens: 1000 is 1.95 steps, 2000 is 3.9, 2304 is 4.5 (ties up).
    const { plan } = planOf(
      makeRecipe(
        [makeDataset('a')],
        [
          makePretrain(
            [
              smallStage(0, 1000, { a: '1' }),
              smallStage(1000, 2000, { a: '1' }, 't'),
              smallStage(2000, 2304, { a: '1' }, 'u'),
            ],
            { warmup: steps(1) },
          ),
        ],
      ),
    );
    expect(plan.phases[0]!.stages.map(({ steps, first_step, last_step }) => [steps, first_step, last_step])).toEqual([
      [2, 1, 2],
      [2, 3, 4],
      [1, 5, 5],
    ]);
    expect(plan.phases[0]!.stages[1]).toMatchObject({
      from_tokens: 1000,
      actual_from_tokens: 1024,
      to_tokens: 2000,
      actual_to_tokens: 2048,
    });
  });

  it('refuses a stage without a step', () => {
    const collector = new DiagnosticCollector();
    const stages = [smallStage(0, 51_200, { a: '1' }, 'one'), smallStage(51_200, 51_300, { a: '1' }, 'two')];
    expect(buildPlan(makeRecipe([makeDataset('a')], [makePretrain(stages)]), madeSources, collector)).toBeNull();
    expect(collector.all().map(({ code, message }) => [code, message])).toEqual([
      ['SM3201', 'stage `two` has 100 tokens left, less than half a step of 512'],
    ]);
  });

  it('has no one step size where stages differ', () => {
    const { plan } = planOf(
      makeRecipe(
        [makeDataset('a')],
        [
          makePretrain(
            [
              smallStage(0, 51_200, { a: '1' }),
              makeStage('t', 51_200, 102_400, { a: '1' }, { sequence: 64, batch: { unit: 'sequences', amount: 16 } }),
            ],
            { warmup: steps(1) },
          ),
        ],
      ),
    );
    expect(plan.phases[0]).toMatchObject({ steps: 150, tokens_per_step: null });
  });

  it('counts exactly, whatever the mixture, sizes and stages', () => {
    const stage = fc.record({
      steps: fc.integer({ min: 1, max: 12 }),
      batch: fc.integer({ min: 1, max: 7 }),
      sequence: fc.constantFrom(8, 16, 32),
      parts: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9), fc.nat(9)),
    });
    fc.assert(
      fc.property(fc.array(stage, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 4000 }), (parts, size) => {
        let at = 0;
        const stages = parts.map((each, i) => {
          const to = at + each.steps * each.batch * each.sequence;
          const sum = each.parts.reduce((a, b) => a + b);
          const shares = Object.fromEntries(
            each.parts
              .map((part, j) => [['a', 'b', 'c'][j], `${part}/${sum}`])
              .filter(([, text]) => !text!.startsWith('0/')),
          );
          const made = makeStage(`s${i}`, at, to, shares, {
            sequence: each.sequence,
            batch: { unit: 'sequences', amount: each.batch },
          });
          at = to;
          return made;
        });
        const recipe = makeRecipe(
          [
            makeDataset('a', { size, limit: 2 }),
            makeDataset('b', { from: 'a', steps: [keepLong(8)] }),
            makeDataset('c'),
          ],
          [makePretrain(stages, { warmup: steps(0), decay: null })],
        );
        const { plan } = planOf(recipe);
        validatePlan(plan);
        compareWithWalk(plan, size);
      }),
      { numRuns: 60 },
    );
  });
});

/** Walks a run sequence by sequence and compares every count of the plan. */
function compareWithWalk(plan: Plan, size: number): void {
  const phase = plan.phases[0]!;
  const [a, b] = [plan.datasets[0]!, plan.datasets[1]!];
  const read = new Map<string, number>();
  const sampler = createRunSampler(phase, plan.seed);
  let [trained, root] = [0, 0];
  const reached: (number | null)[] = [null, null];
  let step = 1;
  for (const batch of sampler.batches(1)) {
    const stage = phase.stages.find(({ last_step }) => step <= last_step)!;
    for (const { datasetId } of batch) {
      const key = `${stage.name} ${datasetId}`;
      read.set(key, (read.get(key) ?? 0) + 1);
      trained += stage.sequence;
      if (datasetId === a.id || datasetId === b.id) root += stage.sequence;
      for (const epochs of [1, 2])
        if (reached[epochs - 1] === null && root >= epochs * size) reached[epochs - 1] = trained;
    }
    step++;
  }
  expect(a.planned_tokens).toBe(root);
  expect([a.first_exhausted_at_tokens, a.epoch_limit_at_tokens]).toEqual(reached);
  const ids = new Map(plan.datasets.map(({ name, id }) => [name, id]));
  for (const stage of phase.stages) {
    for (const { dataset, sequences } of stage.mixture) {
      expect(sequences).toBe(read.get(`${stage.name} ${ids.get(dataset)}`) ?? 0);
    }
  }
}
