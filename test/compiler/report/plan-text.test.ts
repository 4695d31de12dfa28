import { describe, expect, it } from 'vitest';
import { DiagnosticCollector } from '../../../compiler/diagnostics/collector.ts';
import { displayWidth } from '../../../compiler/diagnostics/reporters/display-width.ts';
import { buildPlan, planDiagnostics } from '../../../compiler/plan/plan.ts';
import type { Plan } from '../../../compiler/plan/types.ts';
import { renderPlanText } from '../../../compiler/report/plan-text.ts';
import { madeSources, makeDataset, makePretrain, makeRecipe, makeStage, steps } from '../../support/resolved-recipe.ts';
import { elevenTrillion } from '../plan/eleven-trillion.ts';

function planOf(recipe: ReturnType<typeof elevenTrillion>): Plan {
  const collector = new DiagnosticCollector();
  const plan = buildPlan(recipe, madeSources, collector)!;
  return { ...plan, diagnostics: planDiagnostics(collector.all(), madeSources) };
}

describe('the page of the published 11T run', () => {
  const plan = planOf(elevenTrillion());
  const page = renderPlanText(plan, { columns: 80, color: false });

  it('is this', async () => {
    await expect(page).toMatchFileSnapshot('eleven-trillion.page.txt');
  });

  it.each([40, 60, 80, 100, 200])('fits a screen of %d columns, but for 80 at least and 100 at most', (columns) => {
    const lines = renderPlanText(plan, { columns, color: false }).split('\n');
    const widest = Math.max(...lines.map(displayWidth));
    expect(widest).toBeLessThanOrEqual(Math.min(100, Math.max(80, columns)));
    for (const line of lines) expect(line).toBe(line.trimEnd());
  });

  it('says in words what colour and charts say', () => {
    const coloured = renderPlanText(plan, { columns: 80, color: true });
    expect(coloured).toContain('\u001b[1m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are taken off
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(page);
    expect(page).toContain('warm-up to step 2,000');
    expect(page).toContain('linear decay from step 4,720,689');
    expect(page).toContain('over 5 from 7.2T');
    expect(page).toMatch(/long_context: sequence 2,048 → 8,192, .*RoPE\s+theta 10,000 → 130,000/s);
    expect(page).toContain('1 warning, 1 note (`smol check made.smol`)');
  });
});

it('a run of one stage, without names that fit, is shown too', () => {
  const long = 'a'.repeat(60);
  const stage = makeStage(long, 0, 51_200, { [long]: '1' }, { sequence: 64, batch: { unit: 'tokens', amount: 512 } });
  const recipe = makeRecipe(
    [makeDataset(long)],
    [makePretrain([stage], { warmup: steps(0), decay: null, every: null })],
  );
  const page = renderPlanText(planOf(recipe), { columns: 80, color: false });
  for (const line of page.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  expect(page).toContain('100 steps × 512');
  expect(page).toContain('no warm-up');
  expect(page).not.toContain('ends in whole steps');
});
