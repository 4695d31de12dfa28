import { describe, expect, it } from 'vitest';
import { renderPlanMarkdown, renderPlanText } from '../../../compiler/index.ts';
import { compileRecipeText, planOfText } from '../../reports/compile-recipe-text.ts';

const phase = (name = '', lines = '50% a\n50% b', tokens = 8192) =>
  `pretrain ${name}{\ntokens = ${tokens}, sequence = 64, batch = 512 tokens, schedule = constant(peak = 1e-3)\n${lines}\n}`;
const recipe = (a: string, ...phases: readonly string[]) =>
  [
    'recipe t',
    'tokenizer = hf("a/tok")',
    `dataset a { source = local("a.jsonl"), ${a} }`,
    'dataset b { source = local("b.jsonl"), size = 160k tokens }',
    'model { layers = 1, hidden = 32, ffn = 64, heads = 2, vocab = 4096, context = 64 }',
    ...phases,
    '',
  ].join('\n');

describe('a dataset that runs out', () => {
  it('before the first step stops nothing: it is an error', () => {
    expect(compileRecipeText(recipe('size = 64 tokens, repeat = never, on_exhaustion = stop', phase())).said).toEqual([
      'SM6105 `a` cannot fill the first step of `pretrain`, which would stop before it',
    ]);
  });

  it('in a phase leaves a later one nothing to start with', () => {
    const phases = [phase(), phase('p2 '), phase('p3 ')];
    const { said } = compileRecipeText(recipe('size = 6k tokens, repeat = never, on_exhaustion = stop', ...phases));
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/^SM6104 `a` runs out, and `p2` stops at 1[12]\.\dk tokens \(step [5-9]\)$/);
    expect(said[1]).toBe('SM6105 `a` cannot fill the first step of `p3`, which would stop before it');
  });

  it('before the first step gives its share away, and views show the shares that are planned', () => {
    const text = recipe('size = 1 tokens, repeat = never, on_exhaustion = redistribute', phase());
    expect(compileRecipeText(text).said).toEqual([
      'SM6104 `a` has nothing left for the first step of `pretrain`: its share goes to the other datasets',
    ]);
    expect(renderPlanText(planOfText(text), { columns: 80, color: false })).toMatch(/^ {2}pretrain .* 64 {2}b 100%$/m);
    const half = planOfText(recipe('size = 2k tokens, repeat = never, on_exhaustion = redistribute', phase()));
    expect(renderPlanText(half, { columns: 80, color: false })).toContain('a 50% → 0%  b 50% → 100%');
    expect(renderPlanMarkdown(half)).toContain('a 50% → 0%, b 50% → 100%');
  });

  it('in an arm of an ablation is an error where nothing is left of the arm', () => {
    const ablation =
      'ablation more { from = pretrain, tokens = 8192, schedule = constant(peak = 1e-3)\narm one { 100% b }\narm two { 100% a } }';
    const attributes = 'size = 5k tokens, repeat = never, on_exhaustion = ';
    const of = (policy: string) => compileRecipeText(recipe(attributes + policy, phase(), ablation)).said;
    expect(of('redistribute')).toHaveLength(1);
    expect(of('redistribute')[0]).toMatch(/^SM6105 `a` runs out at .*, and nothing else is read there or later$/);
  });
});
