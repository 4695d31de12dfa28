import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../compiler/plan/index.ts';
import { refuseExhausted } from '../../../runtime/train/refuse-exhausted.ts';
import { planOfText } from '../../reports/compile-recipe-text.ts';
import { recipeWith } from '../../support/recipe-with.ts';

const planWith = (attributes: string, share = 20): Plan =>
  planOfText(
    recipeWith(
      [`${100 - share}% web`, `${share}% rare`],
      {},
      { before: `dataset rare { source = local("rare.jsonl")${attributes} }` },
    ),
  );
const check = (plan: Plan, tokens: number) =>
  refuseExhausted(plan, [
    { id: plan.datasets.find(({ name }) => name === 'rare')!.id, training: { tokenCount: tokens } as never },
  ]);

describe('a dataset that must not be read again', () => {
  it.each(['redistribute', 'stop', 'error'])(
    'is refused where it has fewer tokens than the plan counts on: %s',
    (policy) => {
      const size = policy === 'error' ? '300k' : '100k';
      const plan = planWith(`, size = ${size} tokens, repeat = never, on_exhaustion = ${policy}`);
      expect(() => check(plan, 50_000)).toThrow(
        /`rare` would be read more than once, which `on_exhaustion = \w+` rules out/,
      );
      expect(() => check(plan, Number.parseInt(size, 10) * 1000)).not.toThrow();
    },
  );

  it('is refused where `repeat = never` stands without a size', () => {
    const plan = planWith(', repeat = never');
    expect(() => check(plan, 150_000)).toThrow(/it has 150,000 tokens to train on \(its size is not stated\)/);
    expect(() => check(plan, 210_000)).not.toThrow();
  });

  it('may be read again where nothing rules it out', () => {
    expect(() => check(planWith(', size = 1M tokens'), 1000)).not.toThrow();
  });
});
