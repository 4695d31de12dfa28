import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../../../compiler/compile.ts';
import { diffPlans } from '../../../compiler/diff/index.ts';
import { normalizedRecipe } from '../../../compiler/emit/recipe/normalized-recipe.ts';
import { inspectStep } from '../../../compiler/inspect/index.ts';
import { renderPlanMarkdown } from '../../../compiler/report/plan-markdown.ts';
import { renderPlanText } from '../../../compiler/report/plan-text.ts';
import { recipeWith } from '../../support/recipe-with.ts';

const stages = [
  'checkpoint = every(100 steps)',
  'stage one 0..500k { 100% web }',
  'stage two 500k.. { 50% one, 50% code }',
];
const anneal = (lines: string) =>
  `pretrain anneal {\n${lines}\ntokens = 200k, sequence = 128, batch = 1024 tokens\nschedule = linear(peak = 1e-3, warmup = 0 steps)\n60% code\n40% one\n}`;

function compile(lines: string, more = '', options: Parameters<typeof compileRecipe>[2] = {}) {
  const text = `${recipeWith(stages, {}, { after: anneal(lines) })}\n${more}\n`;
  const { plan, diagnostics, ...rest } = compileRecipe(
    'main.smol',
    { readText: (path) => (path === 'main.smol' ? text : null) },
    options,
  );
  // The datasets of these recipes have no sizes.
  return { ...rest, plan, diagnostics: diagnostics.filter(({ code }) => code !== 'SM6102') };
}

const planOf = (lines: string, more = '', options: Parameters<typeof compileRecipe>[2] = {}) => {
  const { plan, diagnostics } = compile(lines, more, options);
  if (plan === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return plan;
};

describe('a further phase of pretraining', () => {
  it('starts from the phase before it, with its own optimizer, schedule and data', () => {
    const { phases, totals } = planOf('');
    expect(phases.map(({ name, kind, steps }) => [name, kind, steps])).toEqual([
      ['pretrain', 'pretrain', 977],
      ['anneal', 'pretrain', 195],
    ]);
    expect(phases[1]!.from).toEqual({ kind: 'phase', phase: 'pretrain', step: null });
    // Shares of an earlier phase's stage are web's.
    expect(phases[1]!.stages[0]!.mixture.map(({ dataset, share }) => [dataset, share])).toEqual([
      ['code', '0.6'],
      ['web', '0.4'],
    ]);
    expect(totals.steps).toBe(977 + 195);
  });

  it('starts at a position from the nearest checkpoint, and says so', () => {
    const { plan, diagnostics } = compile('from = pretrain at 500k');
    expect(plan!.phases[1]!.from).toEqual({ kind: 'phase', phase: 'pretrain', step: 500 });
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['SM5208', 'note']]);
    expect(compile('from = pretrain at 300 steps').diagnostics).toEqual([]);
    expect(planOf('from = pretrain at 960 steps').phases[1]!.from).toMatchObject({ step: 977 });
  });

  it('goes on reading where the phases before it stopped', () => {
    const plan = planOf('');
    const web = plan.datasets.find(({ name }) => name === 'web')!;
    const slots = (step: number) => inspectStep(plan, step).slots.filter(({ dataset }) => dataset === 'web');
    expect(inspectStep(plan, 978).phase).toMatchObject({ name: 'anneal', step: 1 });
    expect(slots(978)).not.toEqual(slots(1));
    const read = plan.phases.flatMap((phase) => phase.stages.flatMap(({ mixture }) => mixture));
    expect(web.planned_tokens).toBe(
      read.filter(({ dataset }) => dataset === 'web').reduce((sum, { tokens }) => sum + tokens, 0),
    );
  });

  it('can be named by evaluations, ablations, profiles and settings', () => {
    const more = [
      'evaluate base { at = [one.end, anneal.end, 50%], tasks = [cloze("hellaswag")] }',
      'ablation last { of = anneal, from = anneal, tokens = 50k, schedule = linear(peak = 1e-4, warmup = 0 steps), arm a { 100% two } }',
      'profile short { pretrain { scaled_to = 500k tokens }, pretrain anneal { batch = 512 tokens } }',
    ].join('\n');
    const plan = planOf('', more);
    expect(plan.evaluations[0]!.points.map(({ phase, step }) => [phase, step])).toEqual([
      ['pretrain', 488],
      ['anneal', 195],
      ['pretrain', 488],
    ]);
    expect(plan.ablations[0]!.from).toEqual({ kind: 'phase', phase: 'anneal', step: null });
    expect(planOf('', more, { profile: 'short' }).phases.map(({ steps }) => steps)).toEqual([488, 391]);
    expect(planOf('', more, { settings: ['pretrain.anneal.tokens=100k'] }).phases[1]!.asked_tokens).toBe(100_000);
    expect(planOf('', more, { settings: ['pretrain.tokens=2M'] }).phases.map((each) => each.asked_tokens)).toEqual([
      2_000_000, 200_000,
    ]);
  });

  it('is printed in the long form, which has the same plan', () => {
    const compilation = compile('from = pretrain at 300 steps');
    expect(normalizedRecipe(compilation)).toContain('pretrain anneal {\n');
    expect(normalizedRecipe(compilation)).toContain('from = pretrain at 300 steps');
  });

  it('stands in both pages under its own name', () => {
    const plan = planOf('from = pretrain at 300 steps');
    const page = renderPlanText(plan, { columns: 80, color: false });
    for (const line of page.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
    expect(page).toContain('\nStages of anneal ');
    expect(page).toContain('\n  weights from pretrain at step 300\n');
    expect(renderPlanMarkdown(plan)).toContain('\n## Mixture of anneal\n');
  });

  it('is known to the diff by its name', () => {
    const [old, next] = [planOf('from = pretrain at 300 steps'), planOf('from = pretrain at 600 steps')];
    const [change, ...others] = diffPlans(old, next).changes;
    expect(others).toEqual([]);
    expect(change).toMatchObject({ name: 'from', phase: 'anneal', effect: { class: 'future_only', from_step: 978 } });
  });

  it('is refused under a name of its own only, above post-training', () => {
    const codes = (more: string) => compile('', more).diagnostics.map(({ code }) => code);
    expect(codes('pretrain anneal { tokens = 5M }')).toContain('SM1031');
    expect(
      codes(
        'pretrain two { tokens = 10k, sequence = 128, batch = 128 tokens, schedule = constant(peak = 1e-3), 100% web }',
      ),
    ).toEqual(['SM5207']);
  });
});
