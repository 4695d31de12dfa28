import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { emitPlanYaml } from '../../compiler/emit/plan-yaml.ts';
import { emitText } from '../support/emit-example.ts';
import { importSample } from '../support/import-configs.ts';
import { recipeWith } from '../support/recipe-with.ts';
import { compileRecipeText, planOfText } from './compile-recipe-text.ts';

const withPeak = (peak: string) => recipeWith(['50% web', '50% code'], { schedule: `constant(peak = ${peak})` });
const peakOf = (peak: string) => planOfText(withPeak(peak)).phases[0]!.schedule.peak;

describe('report 25: a learning rate in any form', () => {
  it.each(['2e-5', '2.0e-5', '2E-5', '0.00002', '0.000_02', '2 / 100_000'])('%s is 0.00002', (written) => {
    expect(peakOf(written)).toBe(2e-5);
  });

  it.each([
    ['.00002', 'SM0010', '0.00002'],
    ['2.e-5', 'SM0010', null],
  ])('%s is refused, with what to write', (written, code, instead) => {
    const { plan, diagnostics } = compileRecipeText(withPeak(written));
    expect(plan).toBeNull();
    const found = diagnostics.find((each) => each.code === code)!;
    if (instead !== null) expect(found.fix!.edits.map(({ text }) => text)).toEqual([instead]);
    expect(found.help).not.toBeNull();
  });

  it('a text is no number', () => {
    expect(compileRecipeText(withPeak('"2e-5"')).diagnostics.map(({ code }) => code)).toContain('SM2001');
  });

  it.each([
    ['2e5', 'SM5002', 'error'],
    ['1_000', 'SM5002', 'error'],
    ['1.01', 'SM5002', 'error'],
    ['1', 'SM5001', 'warning'],
    ['0.11', 'SM5001', 'warning'],
  ])('%s is told: %s', (written, code, severity) => {
    const found = compileRecipeText(withPeak(written)).diagnostics.filter((each) => each.code.startsWith('SM500'));
    expect(found).toMatchObject([{ code, severity }]);
  });

  it.each(['0.1', '1e-4', '1.0e-1'])('%s is told nothing', (written) => {
    const { plan, diagnostics } = compileRecipeText(withPeak(written));
    expect(plan).not.toBeNull();
    expect(diagnostics.filter((each) => each.code.startsWith('SM500'))).toEqual([]);
  });

  const rows = 'dataset rows { source = local("rows.jsonl"), size = 1000 rows }';
  const tuned = (peak: string) => {
    const sft = `sft { data = rows, epochs = 1, batch = 10 sequences, chat = chatml(), schedule = cosine(peak = ${peak}) }`;
    return recipeWith(['50% web', '50% code'], {}, { before: rows, after: sft });
  };

  it.each([
    ['2e5', 'SM5002', 'error'],
    ['0.5', 'SM5001', 'warning'],
  ])('%s is told of post-training too: %s', (written, code, severity) => {
    const found = compileRecipeText(tuned(written)).diagnostics.filter((each) => each.code.startsWith('SM500'));
    expect(found).toMatchObject([{ code, severity }]);
  });

  it.each(['2e-5', '0.00002', '2E-5'])('%s is written for TRL as `2.0e-05`', async (written) => {
    const { emission } = await emitText('trl', 'main.smol', tuned(written));
    const config = emission.files.find(({ path }) => path === 'sft.yaml')!.text;
    expect(config).toContain('learning_rate: 2.0e-05\n');
    for (const version of ['1.1', '1.2'] as const) expect(parse(config, { version }).learning_rate).toBe(2e-5);
  });

  it('1_000 is one number wherever one stands', () => {
    const steps = (written: string) =>
      planOfText(
        recipeWith(['50% web', '50% code'], {
          tokens: '2M',
          schedule: `wsd(peak = 1e-3, warmup = ${written} steps, decay = 0%)`,
        }),
      ).phases[0]!.schedule.warmup_steps;
    expect([steps('1_000'), steps('1000'), steps('1e3'), steps('1k')]).toEqual([1000, 1000, 1000, 1000]);
  });

  it('is written so that YAML 1.1 and 1.2 read a number', async () => {
    const plan = planOfText(withPeak('2e-7'));
    const [file] = await emitPlanYaml(plan);
    expect(file!.text).toContain('peak: 2.0e-07\n');
    for (const version of ['1.1', '1.2'] as const) {
      expect(parse(file!.text, { version }).phases[0].schedule.peak).toBe(2e-7);
    }
  });

  it.each(['2e-5', '0.00002', '2E-5'])('%s is written for nanotron as `2.0e-05`', async (written) => {
    const text = withPeak(written).replace('pretrain {', 'pretrain {\n  precision = bf16');
    const { emission } = await emitText('nanotron', 'main.smol', text);
    const config = emission.files[0]!.text;
    expect(config).toContain('learning_rate: 2.0e-05\n');
    expect(config).toContain('adam_eps: 1.0e-08\n');
    for (const version of ['1.1', '1.2'] as const) {
      expect(parse(config, { version }).optimizer.learning_rate_scheduler.learning_rate).toBe(2e-5);
    }
  });

  it.each([
    ['2.0e-05', 2e-5, null],
    ['.00002', 2e-5, null],
    ['0.0001', 1e-4, null],
    ['2e-5', 2e-5, '2.0e-05'],
    ['2E-5', 2e-5, '2.0e-05'],
    ['1e-4', 1e-4, '0.0001'],
    ['"2e-5"', 2e-5, '2.0e-05'],
    ["'2.0e-05'", 2e-5, '2.0e-05'],
  ])('%s in an imported YAML is one number, with a note where YAML 1.1 reads a text', async (written, peak, number) => {
    const { said, diagnostics, compilation } = await importSample({ schedule: { learning_rate: written } });
    expect(said.map(([code]) => code)).toEqual(number === null ? [] : ['SM7209']);
    if (number !== null) expect(diagnostics[0]!.help).toBe(`for nanotron write \`${number}\``);
    expect(compilation!.plan!.phases[0]!.schedule.peak).toBe(peak);
  });

  it('1_000 in an imported YAML is 1000, in quotes with a note', async () => {
    const steps = async (written: string) => {
      const { said, compilation } = await importSample({ tokens: { train_steps: written } });
      return [compilation!.plan!.phases[0]!.steps, ...said.map(([code]) => code)];
    };
    expect(await steps('1_000')).toEqual([1000]);
    expect(await steps('"1_000"')).toEqual([1000, 'SM7209']);
    expect(await steps('1e3')).toEqual([1000, 'SM7209']);
  });

  it.each(['2e5', '"2e5"', '200000'])(
    '%s in an imported YAML is a learning rate that the recipe refuses',
    async (written) => {
      const { recipe, compilation } = await importSample({ schedule: { learning_rate: written } });
      expect(recipe!.text).toContain('peak = 200_000,');
      expect(compilation!.diagnostics.map(({ code }) => code)).toContain('SM5002');
    },
  );
});
