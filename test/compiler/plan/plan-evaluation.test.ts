import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../../../compiler/compile.ts';
import { normalizedRecipe } from '../../../compiler/emit/recipe/normalized-recipe.ts';
import { printPlan } from '../../../compiler/plan/print-plan.ts';
import { readPlan } from '../../../compiler/plan/read-plan.ts';
import { renderPlanMarkdown } from '../../../compiler/report/plan-markdown.ts';
import { renderPlanText } from '../../../compiler/report/plan-text.ts';
import { recipeWith } from '../../support/recipe-with.ts';

const sft =
  'dataset chats { source = local("c/*.jsonl"), size = 1000 rows }\nsft { data = chats, epochs = 1, schedule = cosine(peak = 1e-4) }';

function compile(...lines: readonly string[]) {
  const text = recipeWith(
    ['stage a ..500k { 100% web }', 'stage b { 100% code }'],
    {},
    {
      after: [sft, ...(lines.length === 0 ? [] : ['evaluate base {', ...lines, '}'])].join('\n'),
    },
  );
  return compileRecipe('main.smol', { readText: (path) => (path.endsWith('.lock') ? null : text) });
}

describe('an evaluation in the plan', () => {
  const compilation = compile(
    'at = [a.end, b.start, pretrain.end, sft.end, 250k, 50%, 5 steps]',
    'tasks = [cloze("hellaswag"), choice("mmlu", name = "mmlu_mcf"), generate("gsm8k", shots = 5)]',
    'expect mmlu_mcf > 25% at a.end else stop',
    'expect gsm8k >= 0.1',
  );
  const plan = compilation.plan!;
  const [evaluation] = plan.evaluations;

  it('has its points in steps and tokens', () => {
    expect(evaluation!.points.map(({ at, phase, step, tokens }) => [at, phase, step, tokens])).toEqual([
      ['a.end', 'pretrain', 488, 499_712],
      ['b.start', 'pretrain', 488, 499_712],
      ['pretrain.end', 'pretrain', 977, 1_000_448],
      ['sft.end', 'sft', 8, null],
      ['250k tokens', 'pretrain', 244, 249_856],
      ['50%', 'pretrain', 488, 499_712],
      ['5 steps', 'pretrain', 5, 5120],
    ]);
  });

  it('keeps tasks and exact expectations', () => {
    expect(evaluation!.tasks.map(({ name, shots }) => [name, shots])).toEqual([
      ['hellaswag', 0],
      ['mmlu_mcf', 0],
      ['gsm8k', 5],
    ]);
    expect(evaluation!.expectations).toMatchObject([
      { metric: 'mmlu_mcf', comparison: '>', value: '0.25', at: { step: 488 }, otherwise: 'stop' },
      { metric: 'gsm8k', value: '0.1', at: null, otherwise: 'warn' },
    ]);
  });

  it('is read as it was written, is outside the hash and in the long form', () => {
    expect(readPlan(printPlan(plan))).toEqual(plan);
    expect(plan.hash).toBe(compile().plan!.hash);
    const long = normalizedRecipe(compilation)!;
    const again = compileRecipe('long.smol', { readText: (path) => (path.endsWith('.lock') ? null : long) });
    expect(again.plan!.evaluations).toEqual(plan.evaluations);
  });

  it('is shown in words', () => {
    const page = renderPlanText(plan, { columns: 100, color: false });
    expect(page).toContain('\nEvaluate  base at 500k, 500k, 1M, step 8 of sft, 250k, 500k, 5,120');
    expect(page).toContain('expect mmlu_mcf > 25% at 500k, else stop');
    expect(renderPlanMarkdown(plan)).toContain('  - expect gsm8k >= 10% at every point, else warn');
    for (const line of page.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(100);
  });
});
