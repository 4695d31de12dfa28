import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import type { ResolvedAblation, ResolvedPretrain } from '../../../compiler/normalize/types.ts';
import { printPlan } from '../../../compiler/plan/print-plan.ts';
import { readPlan } from '../../../compiler/plan/read-plan.ts';
import { createRunSampler } from '../../../compiler/plan/sampler/run-sampler.ts';
import { renderPlanMarkdown } from '../../../compiler/report/plan-markdown.ts';
import { renderPlanText } from '../../../compiler/report/plan-text.ts';
import { makeCluster, makeDataset, makePretrain, makeRecipe, resolved, steps } from '../../support/resolved-recipe.ts';
import { planOf, smallStage } from './plan-of.ts';

const span = { file: 'made.smol', start: 0, end: 1 };
const datasets = ['a', 'b'].map((name) => makeDataset(name, { size: 10_000_000 }));
const short = { warmup: steps(0), decay: null };
/** 2,000 steps of 512 tokens, a checkpoint every 300. */
const main = makePretrain([smallStage(0, 1_024_000, { a: '0.5', b: '0.5' })], { ...short, every: steps(300) });

function arm(shares: Record<string, string>): ResolvedPretrain {
  return makePretrain([smallStage(0, 51_200, shares)], { ...short, every: null });
}

function ablation(at: number | null, changes: Partial<ResolvedAblation> = {}): ResolvedAblation {
  const position = at === null ? null : { unit: 'tokens' as const, amount: new Fraction(at) };
  return {
    name: 'math',
    span,
    of: 'pretrain',
    from: resolved({ kind: 'phase', phase: 'pretrain', at: position }),
    arms: [
      { name: 'more_a', nameSpan: span, phase: arm({ a: '0.9', b: '0.1' }) },
      { name: 'more_b', nameSpan: span, phase: arm({ a: '0.1', b: '0.9' }) },
    ],
    evaluations: [
      {
        name: 'evaluate',
        span,
        at: [{ phase: 'pretrain', at: { kind: 'phase', edge: 'end' }, span }],
        tasks: [{ kind: 'cloze', task: 'hellaswag', name: 'hellaswag', shots: 0, formulation: null, span }],
        expectations: [],
      },
    ],
    ...changes,
  };
}

const recipeWith = (...ablations: readonly ResolvedAblation[]) => ({
  ...makeRecipe(datasets, [main], { clusters: [makeCluster({ microBatch: 1, dp: 256 })] }),
  ablations,
});

describe('an ablation', () => {
  const { plan } = planOf(recipeWith(ablation(500_000)));
  const [math] = plan.ablations;

  it('starts at the checkpoint nearest to what was asked for', () => {
    // 500,000 tokens are step 977; checkpoints are at 900 and 1,200.
    expect(math).toMatchObject({ asked_step: 977, from: { kind: 'phase', phase: 'pretrain', step: 900 } });
    const nearest = (tokens: number) => planOf(recipeWith(ablation(tokens))).plan.ablations[0]!.from;
    expect(nearest(1_050 * 512)).toMatchObject({ step: 1200 });
    expect(nearest(1_900 * 512)).toMatchObject({ step: 2000 });
    expect(nearest(10 * 512)).toMatchObject({ step: 300 });
    expect(planOf(recipeWith(ablation(null))).plan.ablations[0]!.from).toMatchObject({ step: null });
  });

  it('has an arm for each mixture, a small plan of its own', () => {
    expect(math!.arms.map(({ name, phase, totals }) => [name, phase.steps, totals.tokens])).toEqual([
      ['more_a', 100, 51_200],
      ['more_b', 100, 51_200],
    ]);
    expect(math!.arms[0]!.totals.cost_usd).toBeGreaterThan(0);
    expect(math!.arms[0]!.hash).not.toBe(math!.arms[1]!.hash);
    expect(math!.evaluations[0]!.points).toEqual([
      { at: 'pretrain.end', phase: 'pretrain', step: 100, tokens: 51_200 },
    ]);
  });

  it('goes on where the run has read its datasets to', () => {
    const run = createRunSampler(plan.phases[0]!, plan.seed);
    const id = plan.datasets[0]!.id;
    const before = run.tokensReadBefore(901, id);
    const armSampler = createRunSampler(math!.arms[0]!.phase, plan.seed, {
      ordinal: 1,
      tokensRead: new Map([[id, before]]),
    });
    const read = math!.arms[0]!.phase.stages[0]!.mixture.find(({ dataset }) => dataset === 'a')!.tokens;
    expect(armSampler.tokensReadBefore(101, id) - armSampler.tokensReadBefore(1, id)).toBe(read);
  });

  it('stands beside the run: neither its hash nor its counts change', () => {
    const without = planOf(recipeWith()).plan;
    expect(plan.hash).toBe(without.hash);
    expect(plan.totals).toEqual(without.totals);
    expect(plan.datasets).toEqual(without.datasets);
  });

  it('is read as it was written, and shown in words', () => {
    expect(readPlan(printPlan(plan))).toEqual(plan);
    const page = renderPlanText(plan, { columns: 100, color: false });
    expect(page).toContain(
      '\nAblate  math from pretrain at step 900 (nearest checkpoint to 977): more_a, more_b · 100 steps',
    );
    expect(page).toContain('at 51.2k: hellaswag');
    expect(renderPlanMarkdown(plan)).toContain('## Ablate\n\n- math from pretrain at step 900');
  });

  it('with fresh weights is a run of its own, whatever the recipe trains', () => {
    const fresh = ablation(null, { from: resolved({ kind: 'fresh' }) });
    const hash = (recipe: ReturnType<typeof recipeWith>) => planOf(recipe).plan.ablations[0]!.arms[0]!.hash;
    const other = makePretrain([smallStage(0, 512_000, { a: '1' })], { ...short, every: null });
    expect(hash({ ...recipeWith(fresh), phases: [other] })).toBe(hash(recipeWith(fresh)));
    expect(hash({ ...recipeWith(ablation(null)), phases: [other] })).not.toBe(hash(recipeWith(ablation(null))));
  });
});
