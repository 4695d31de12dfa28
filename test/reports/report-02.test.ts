import { expect, it } from 'vitest';
import { compileRecipeText, planOfText } from './compile-recipe-text.ts';

/** A holds 10 documents of 100 tokens, B 20: 1,000 and 2,000 tokens. */
const recipe = (shares: string, tokens = 3000) => `recipe small
tokenizer = local("tokenizer.json")
dataset a { source = local("a.jsonl"), size = 1000 tokens }
dataset b { source = local("b.jsonl"), size = 2000 tokens }
model { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 512 }
pretrain {
  tokens = ${tokens}
  sequence = 2
  batch = 10 tokens
  schedule = constant(peak = 1e-3)
  ${shares}
}
`;
/** Tokens are drawn in sequences of two: and none is more than two of them off, as the sampler bounds it. */
function expectDrawn(shares: string, tokens: number, expected: readonly (readonly [number, number])[]) {
  const { datasets } = planOfText(recipe(shares, tokens));
  expect(datasets.reduce((sum, { planned_tokens }) => sum + planned_tokens, 0)).toBe(tokens);
  for (const [i, [drawn, epochs]] of expected.entries()) {
    expect(Math.abs(datasets[i]!.planned_tokens - drawn), datasets[i]!.name).toBeLessThanOrEqual(4);
    expect(Number(datasets[i]!.epochs)).toBeCloseTo(epochs, 2);
  }
}

it('report 2: equal shares draw equal tokens, weights by size draw each dataset once; the plan says both', () => {
  expectDrawn('50% a\n50% b', 3000, [
    [1500, 1.5],
    [1500, 0.75],
  ]);
  expectDrawn('100% all normalized { 1000 a, 2000 b }', 3000, [
    [1000, 1],
    [2000, 1],
  ]);
  expectDrawn('by_size a\nby_size b', 3000, [
    [1000, 1],
    [2000, 1],
  ]);
  // By size whatever the length; once only in a stage that is as long as the datasets.
  expectDrawn('by_size a\nby_size b', 1500, [
    [500, 0.5],
    [1000, 0.5],
  ]);
  expectDrawn('once a\nonce b', 3000, [
    [1000, 1],
    [2000, 1],
  ]);
  expect(compileRecipeText(recipe('once a\nonce b', 2000)).said).toEqual([
    'SM3014 the shares of `pretrain` are 3,000 tokens, but it has 2,000',
  ]);
  // What is read once leaves the rest of a stage to others.
  expectDrawn('once a\nrest b', 2000, [
    [1000, 1],
    [1000, 0.5],
  ]);
  // The shares decide, not the sizes: 90/10 and 10/90 are as long as 50/50.
  expectDrawn('90% a\n10% b', 3000, [
    [2700, 2.7],
    [300, 0.15],
  ]);
  expectDrawn('10% a\n90% b', 1000, [
    [100, 0.1],
    [900, 0.45],
  ]);
});
