import { describe, expect, it } from 'vitest';
import { learningRate } from '../../compiler/plan/schedule.ts';
import { recipeWith } from '../support/recipe-with.ts';
import { compileRecipeText } from './compile-recipe-text.ts';

const compile = (schedule: string) => {
  const text = recipeWith(['50% web', '50% code'], { tokens: '102_400', schedule });
  return { text, ...compileRecipeText(text) };
};
const about = ({ said }: { said: readonly string[] }) => said.filter((each) => each.startsWith('SM51'));

describe('report 9: warm-up and decay against a run of 100 steps', () => {
  it.each([
    [
      'constant(peak = 1e-3, warmup = 101 steps)',
      'SM5101 the warm-up has 101 steps (103k tokens), but the run has 100 steps (102.4k tokens)',
    ],
    [
      'cosine(peak = 1e-3, warmup = 200k tokens)',
      'SM5101 the warm-up has 195 steps (200k tokens), but the run has 100 steps (102.4k tokens)',
    ],
    [
      'wsd(peak = 1e-3, warmup = 100%, decay = 1%)',
      'SM5102 a warm-up of 100 steps (102.4k tokens) and a decay from step 100 overlap in a run of 100 steps (102.4k tokens)',
    ],
    [
      'wsd(peak = 1e-3, warmup = 40%, decay = 70%)',
      'SM5102 a warm-up of 40 steps (41k tokens) and a decay from step 31 overlap in a run of 100 steps (102.4k tokens)',
    ],
  ])('%s is an error with both numbers', (schedule, message) => {
    const compiled = compile(schedule);
    expect(compiled.plan).toBeNull();
    expect(about(compiled)).toEqual([message]);
    // At the line of the schedule.
    const line = compiled.text.split('\n').findIndex((each) => each.includes('schedule =')) + 1;
    expect(compiled.drawn).toContain(`--> main.smol:${line}:`);
  });

  it('a warm-up of all steps is a warning: the peak is reached only at the last', () => {
    const compiled = compile('constant(peak = 1e-3, warmup = 100 steps)');
    expect(about(compiled)).toEqual([
      'SM5104 the warm-up lasts the whole run of 100 steps (102.4k tokens): the peak is reached only at the last step',
    ]);
    const { schedule } = compiled.plan!.phases[0]!;
    expect([1, 50, 99, 100].map((step) => learningRate(schedule, step))).toEqual([1e-5, 5e-4, 9.9e-4, 1e-3]);
  });

  const rows = 'dataset rows { source = local("rows.jsonl"), size = 1000 rows }';
  it.each([
    ['101 steps', ['SM5101 the warm-up has 101 steps, but the run has 100 steps']],
    ['100 steps', ['SM5104 the warm-up lasts the whole run of 100 steps: the peak is reached only at the last step']],
    ['99 steps', []],
  ])('post-training of 100 steps with a warm-up of %s', (warmup, said) => {
    const schedule = `cosine(peak = 2e-5, warmup = ${warmup})`;
    const after = `sft { data = rows, epochs = 1, batch = 10 sequences, chat = chatml(), schedule = ${schedule} }`;
    const compiled = compileRecipeText(recipeWith(['50% web', '50% code'], {}, { before: rows, after }));
    expect(about(compiled)).toEqual(said);
    expect(compiled.plan === null).toBe(warmup === '101 steps');
  });

  it.each([
    'constant(peak = 1e-3)',
    'constant(peak = 1e-3, warmup = 0 steps)',
    'wsd(peak = 1e-3, warmup = 40%, decay = 60%)',
    'wsd(peak = 1e-3, warmup = 0%, decay = 0%)',
    'wsd(peak = 1e-3, warmup = 10 steps, decay = 0 steps)',
    'wsd(peak = 1e-3, warmup = 100 steps, decay = 0%)',
    'cosine(peak = 1e-3, warmup = 100 steps)',
    'linear(peak = 1e-3, warmup = 100 steps)',
    'cosine(peak = 1e-3, warmup = 99 steps)',
    'inverse_sqrt(peak = 1e-3, warmup = 0 steps)',
  ])('%s has a rate at every step', (written) => {
    const { plan } = compile(written);
    const { schedule } = plan!.phases[0]!;
    const rates = Array.from({ length: 100 }, (_, i) => learningRate(schedule, i + 1));
    for (const rate of rates) expect(rate >= 0 && rate <= 1e-3, `${rate}`).toBe(true);
    expect(schedule.decay_steps).toBeGreaterThanOrEqual(0);
    if (schedule.warmup_steps === 0) expect(rates[0]).toBe(1e-3);
  });
});
