import { expect, it } from 'vitest';
import { inspectStep } from '../../compiler/inspect/index.ts';
import { compileRecipeText, planOfText } from './compile-recipe-text.ts';

const text = `recipe three_stages
tokenizer = local("tokenizer.json")
dataset a { source = local("a.jsonl"), size = 10k tokens }
dataset b { source = local("b.jsonl"), size = 10k tokens }
dataset c { source = local("c.jsonl"), size = 10k tokens }
model { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 512 }
pretrain {
  tokens = 10k
  sequence = 10
  batch = 100 tokens
  schedule = constant(peak = 1e-3)
  stage one 0..6k { 100% a }
  stage two 6k..8k { 100% b }
  stage three 8k.. { 100% c }
}
`;

it('report 3: every step draws from the stage of its position, and a boundary belongs to the new stage', () => {
  const plan = planOfText(text);
  const datasetOf = (step: number) => {
    const { slots, tokens_before } = inspectStep(plan, step);
    const [first] = slots;
    expect(new Set(slots.map(({ dataset }) => dataset)).size).toBe(1);
    return [tokens_before, first!.dataset];
  };
  expect([1, 59, 60, 61, 62, 79, 80, 81, 82, 100].map(datasetOf)).toEqual([
    [0, 'a'],
    [5800, 'a'],
    [5900, 'a'],
    [6000, 'b'],
    [6100, 'b'],
    [7800, 'b'],
    [7900, 'b'],
    [8000, 'c'],
    [8100, 'c'],
    [9900, 'c'],
  ]);
  // Position decides, not history: asked for alone and in another order, as after a resume, a step is the same.
  const trace = Array.from({ length: 100 }, (_, i) => JSON.stringify(inspectStep(plan, i + 1).slots));
  // Each stage reads what the plan says of it, and nothing else.
  const read = plan.phases[0]!.stages.map(({ first_step, last_step }) => {
    const slots = trace.slice(first_step - 1, last_step).flatMap((each) => JSON.parse(each) as { dataset: string }[]);
    return [[...new Set(slots.map(({ dataset }) => dataset))].join(), slots.length];
  });
  expect(read).toEqual([
    ['a', 600],
    ['b', 200],
    ['c', 200],
  ]);
  const again = planOfText(text);
  for (const step of [100, 71, 1]) expect(JSON.stringify(inspectStep(again, step).slots)).toBe(trace[step - 1]);
  expect(
    plan.phases[0]!.stages.map(({ mixture }) => mixture.map(({ dataset, sequences }) => [dataset, sequences])),
  ).toEqual([[['a', 600]], [['b', 200]], [['c', 200]]]);
});

it('report 3: a stage may not be left out between two', () => {
  expect(compileRecipeText(text.replace('6k..8k', '6k..7k')).said).toEqual([
    'SM3102 no stage covers the tokens 7,000 to 8,000',
  ]);
});
