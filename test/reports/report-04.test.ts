import { describe, expect, it } from 'vitest';
import { inspectStep } from '../../compiler/inspect/index.ts';
import { printPlan, validatePlan } from '../../compiler/plan/index.ts';
import { compileRecipeText, planOfText } from './compile-recipe-text.ts';

const recipe = (starcoder: string, stages: string, tokens = '10T') => `recipe long
tokenizer = hf("HuggingFaceTB/cosmo2-tokenizer")
dataset web { source = hf("a/web"), size = 100T tokens }
dataset starcoder { source = hf("bigcode/starcoderdata"), size = 250B tokens, ${starcoder} }
model { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 49152, context = 2048 }
pretrain {
  tokens = ${tokens}
  sequence = 2048
  batch = 2_097_152 tokens
  schedule = constant(peak = 1e-4)
  ${stages}
}
`;
const three =
  'stage a ..6T { 90% web, 10% starcoder }\nstage b 6T..8T { 80% web, 20% starcoder }\nstage c 8T.. { 84% web, 16% starcoder }';

describe('report 4: a dataset that runs out', () => {
  it('is counted over all stages: 1,320B of 250B are 5.28 epochs, the fourth ends at 8T', () => {
    const { plan, diagnostics } = compileRecipeText(recipe('repeat = 4 epochs', three));
    expect(plan!.datasets.find(({ name }) => name === 'starcoder')!.epochs).toBe('5.2800');
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['SM6004', 'warning']]);
    expect(diagnostics[0]!.label).toBe('stage a: 600B tokens, 2.40 epochs');
    expect(diagnostics[0]!.related.map(({ label }) => label)).toEqual([
      'stage b: 400B tokens, 1.60 epochs',
      'stage c: 320B tokens, 1.28 epochs',
      '250B tokens',
    ]);
    expect(diagnostics[0]!.notes[0]).toMatch(/^4 epochs end at 8T tokens \(step 3,814,69[78]\)$/);
  });

  it('in an earlier stage is an error where it may not be repeated, with the position', () => {
    const stages = 'stage a ..1T { 70% web, 30% starcoder }\nstage b 1T.. { 100% web }';
    const { plan, diagnostics } = compileRecipeText(recipe('repeat = never', stages));
    expect(plan).toBeNull();
    expect(diagnostics).toMatchObject([{ code: 'SM6103', severity: 'error' }]);
    // 250B / 30% = 833.3B tokens of the run.
    expect(diagnostics[0]!.notes[0]).toMatch(/^it runs out at 833B tokens \(step 397,36[4-6]\)$/);
  });

  it('warns above 5 epochs where the recipe says nothing', () => {
    const { plan, diagnostics } = compileRecipeText(recipe('domain = code', three));
    expect(plan).not.toBeNull();
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['SM6004', 'warning']]);
    // 1,000B at 8T, 250B more at 16% of what follows.
    expect(diagnostics[0]!.notes[0]).toMatch(/^5 epochs end at 9\.56T tokens \(step 4,559,[0-9]{3}\)$/);
  });

  const early = 'stage a ..1T { 70% web, 30% starcoder }\nstage b 1T.. { 100% web }';
  it.each(['stop', 'redistribute'])(
    'in the first stage, and not read later, follows its policy there: %s',
    (policy) => {
      const plan = planOfText(recipe(`repeat = never, on_exhaustion = ${policy}`, early));
      const found = plan.datasets.find(({ name }) => name === 'starcoder')!;
      expect(found.exhausted_at_tokens! / 1e9).toBeCloseTo(833.33, 1);
      expect(250e9 - found.planned_tokens).toBeLessThan(2_097_152);
      expect(plan.phases[0]!.stages.map(({ name }) => name)).toEqual(policy === 'stop' ? ['a'] : ['a', 'b']);
    },
  );

  const small = 'stage a ..1T { 70% web, 30% starcoder }\nstage b 1T.. { 50% web, 50% starcoder }';
  const end = 397_364;

  it.each([
    ['repeat', 'repeat = 5 epochs', 'warning SM6004'],
    ['error', 'repeat = never', 'error SM6103'],
    ['error', 'repeat = never, on_exhaustion = error', 'error SM6103'],
    ['stop', 'repeat = never, on_exhaustion = stop', 'note SM6104'],
    ['redistribute', 'repeat = never, on_exhaustion = redistribute', 'note SM6104'],
  ])('follows its policy, %s, shown at the position: %s', (policy, attributes, told) => {
    const { plan, diagnostics } = compileRecipeText(recipe(attributes, small));
    const found = diagnostics.find(({ code }) => told.endsWith(code))!;
    expect(`${found.severity} ${found.code}`).toBe(told);
    // 250B / 30% = 833.3B tokens of the run.
    if (policy !== 'repeat') expect([found.message, ...found.notes].join()).toMatch(/833B tokens \(step 397,36[3-6]\)/);
    if (policy === 'error') expect(plan).toBeNull();
    else expect(() => validatePlan(JSON.parse(printPlan(plan!)))).not.toThrow();
  });

  it('stops there: what is planned ends with the last step that it fills', () => {
    const plan = planOfText(recipe('repeat = never, on_exhaustion = stop', small));
    const [phase] = plan.phases;
    expect(phase!.stages.map(({ name }) => name)).toEqual(['a']);
    expect(phase!.steps).toBe(phase!.stages[0]!.last_step);
    expect(Math.abs(phase!.steps - end)).toBeLessThanOrEqual(2);
    expect(phase!.tokens).toBe(phase!.steps * 2_097_152);
    const dataset = plan.datasets.find(({ name }) => name === 'starcoder')!;
    expect(dataset.planned_tokens).toBeLessThanOrEqual(250e9);
    expect(250e9 - dataset.planned_tokens).toBeLessThan(2_097_152);
    expect(dataset).toMatchObject({ on_exhaustion: 'stop', exhausted_at_tokens: phase!.tokens });
  });

  it('gives its share to the others from there, and leaves every pick before it as it was', () => {
    const plan = planOfText(recipe('repeat = never, on_exhaustion = redistribute', small));
    const repeated = planOfText(recipe('repeat = 100 epochs', small));
    const [first, after] = plan.phases[0]!.segments;
    expect(first!.shares.map(({ share }) => share).sort()).toEqual(['0.3', '0.7']);
    expect(after!.first_step).toBe(first!.last_step + 1);
    expect(after!.shares.map(({ share }) => share)).toEqual(['1']);
    expect(plan.phases[0]!.segments).toHaveLength(2);
    for (const step of [1, 1000, first!.last_step]) {
      expect(inspectStep(plan, step).slots).toEqual(inspectStep(repeated, step).slots);
    }
    const names = (step: number) => new Set(inspectStep(plan, step).slots.map(({ dataset }) => dataset));
    expect(names(first!.last_step)).toEqual(new Set(['web', 'starcoder']));
    for (const step of [after!.first_step, 476_838, plan.phases[0]!.steps])
      expect(names(step)).toEqual(new Set(['web']));
    // The counts of both stages are those of the segments.
    const read = plan.phases[0]!.stages.map(
      ({ mixture }) => mixture.find(({ dataset }) => dataset === 'starcoder')!.tokens,
    );
    expect(read[1]).toBe(0);
    expect(read[0]).toBe(plan.datasets.find(({ name }) => name === 'starcoder')!.planned_tokens);
  });

  it('may do so after several epochs, and in the order in which datasets run out', () => {
    const more =
      'dataset tiny { source = hf("a/tiny"), size = 10B tokens, repeat = 2 epochs, on_exhaustion = redistribute }';
    const stages = 'stage a ..1T { 50% web, 25% starcoder, 25% tiny }\nstage b 1T.. { 50% web, 50% starcoder }';
    const plan = planOfText(
      recipe('repeat = 4 epochs, on_exhaustion = redistribute', `${stages}`).replace('model {', `${more}\nmodel {`),
    );
    const ends = Object.fromEntries(plan.datasets.map(({ name, exhausted_at_tokens }) => [name, exhausted_at_tokens]));
    // 20B / 25% = 80B; then starcoder has 1/3: 1T x 1/3 less a little, and the rest of its 1,000B at 50%.
    expect(ends.tiny! / 1e9).toBeCloseTo(80, 1);
    const starcoderInA = 20e9 + (1e12 - 80e9) / 3;
    expect(ends.starcoder! / 1e12).toBeCloseTo((1e12 + (1000e9 - starcoderInA) / 0.5) / 1e12, 3);
    expect(plan.datasets.map(({ name, epochs }) => [name, Number(epochs).toFixed(2)])).toContainEqual([
      'starcoder',
      '4.00',
    ]);
  });
});
