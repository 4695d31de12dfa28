import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compileRecipe, renderPlanText } from '../compiler/index.ts';
import { hostBesideExamples } from './support/example-recipes.ts';

const folder = join(import.meta.dirname, '..', 'examples');
const name = 'smollm2-1.7b.smol';
const compilation = compileRecipe(name, hostBesideExamples(name, readFileSync(join(folder, name), 'utf8')));
const plan = compilation.plan!;

it('has no problem that it does not explain', () => {
  expect(compilation.diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
});

it('is the published model and run', () => {
  expect(plan.model.parameters).toBe(1_711_376_384);
  expect(plan.phases.map(({ kind, name, steps }) => ({ kind, name, steps }))).toEqual([
    { kind: 'pretrain', name: 'pretrain', steps: 5_245_209 },
    { kind: 'sft', name: 'sft', steps: 17_166 },
    { kind: 'dpo', name: 'dpo', steps: 956 },
  ]);
  expect(plan.phases[0]!.stages.map((stage) => stage.last_step)).toEqual([
    2_861_023, 3_814_697, 4_768_372, 5_209_446, 5_245_209,
  ]);
  expect(plan.phases[0]!.tokens).toBe(11_000_000_544_768);
});

it.each([
  ['fineweb_edu', 3.82],
  ['dclm', 1.05],
  ['cosmopedia', 1.39],
  ['starcoder', 4.0],
  ['stack_edu', 4.42],
  ['infimm_webmath', 3.0],
])('reads %s %f times', (name, epochs) => {
  expect(Number(plan.datasets.find((dataset) => dataset.name === name)!.epochs)).toBeCloseTo(epochs, 2);
});

it('reads open_web_math 15.1 times, which it accepts with a reason', () => {
  const dataset = plan.datasets.find(({ name }) => name === 'open_web_math')!;
  expect(Number(dataset.epochs)).toBeCloseTo(15.1, 1);
  expect(Number(dataset.epochs)).toBeGreaterThan(dataset.epoch_limit);
  const recipe = readFileSync(join(folder, 'smollm2-1.7b.smol'), 'utf8').replace(/^ *allow SM6004 .*\n/m, '');
  const bare = compileRecipe('smollm2-1.7b.smol', { readText: (path) => (path.endsWith('.lock') ? null : recipe) });
  expect(bare.diagnostics.filter(({ severity }) => severity === 'warning').map(({ code }) => code)).toEqual(['SM6004']);
});

it('costs what follows from 256 H100s at 40%, with the attention apart', () => {
  const { flops, attention_flops, gpu_hours, days, cost_usd } = plan.totals;
  expect(Number(flops) / 1e23).toBeCloseTo(1.13, 2);
  expect(gpu_hours! / 1000).toBeCloseTo(79.3, 1);
  expect(days).toBeCloseTo(12.9, 1);
  expect(cost_usd! / 1000).toBeCloseTo(198, 0);
  expect(Number(attention_flops) / 2 / Number(flops)).toBeCloseTo(0.06, 2);
  const text = renderPlanText(plan, { columns: 80, color: false });
  expect(text).toContain('1.13e23 FLOPs (+6% causal attention)');
  expect(text).toContain('12.9 d at 40% MFU · 79.3k GPU hours · $198k');
});

it('fine-tunes on the counts of Table 9, 1.1M rows', () => {
  const smoltalk = plan.datasets.find(({ name }) => name === 'smoltalk')!;
  const { takes } = smoltalk.source as Extract<typeof smoltalk.source, { kind: 'takes' }>;
  expect(Object.fromEntries(takes.map(({ dataset, asked }) => [dataset, asked]))).toEqual({
    magpie_ultra: 431_000,
    smol_rewrite: 56_200,
    smol_constraints: 36_200,
    smol_summarization: 101_000,
    numina_math_cot: 112_000,
    meta_math_qa: 50_000,
    self_oss_starcoder2: 50_700,
    apigen: 87_500,
    system_chats: 35_900,
    long_align: 3_730,
    everyday_conversations: 2_380,
    explore_instruct: 32_000,
    openhermes: 100_000,
  });
  expect(smoltalk.size_rows).toBe(1_098_610);
  expect(plan.datasets.find(({ name }) => name === 'ultrafeedback')!.size_rows).toBe(61_135);
});

it('measures at each end of a stage, and expects MMLU above chance after 8T', () => {
  const [base, instruct] = plan.evaluations;
  expect(base!.points.map(({ step }) => step)).toEqual(plan.phases[0]!.stages.map((stage) => stage.last_step));
  expect(instruct!.points.map(({ phase }) => phase)).toEqual(['sft', 'dpo']);
  expect(base!.expectations).toMatchObject([{ metric: 'mmlu_mcf', comparison: '>', value: '0.25', otherwise: 'warn' }]);
  expect(base!.expectations[0]!.at!.step).toBe(3_814_697);
});
