import { describe, expect, it } from 'vitest';
import { DiagnosticCollector } from '../../../compiler/diagnostics/collector.ts';
import { buildPlan, planDiagnostics } from '../../../compiler/plan/plan.ts';
import type { Plan } from '../../../compiler/plan/types.ts';
import { renderPlanMarkdown } from '../../../compiler/report/plan-markdown.ts';
import { madeSources } from '../../support/resolved-recipe.ts';
import { elevenTrillion } from '../plan/eleven-trillion.ts';

function elevenTrillionPlan(): Plan {
  const collector = new DiagnosticCollector();
  const plan = buildPlan(elevenTrillion(), madeSources, collector)!;
  return { ...plan, diagnostics: planDiagnostics(collector.all(), madeSources) };
}

describe('the Markdown page of the published 11T run', () => {
  const page = renderPlanMarkdown(elevenTrillionPlan());

  it('is this', async () => {
    await expect(page).toMatchFileSnapshot('eleven-trillion.page.md');
  });

  it('has as many cells in every row of a table as in its head', () => {
    const cells = (line: string) => line.split(/(?<!\\)\|/).length;
    const tables = page
      .trimEnd()
      .split('\n\n')
      .filter((part) => part.startsWith('|'));
    expect(tables.length).toBeGreaterThanOrEqual(5);
    for (const table of tables) {
      const [head, ...rows] = table.split('\n');
      for (const row of rows) expect(cells(row)).toBe(cells(head!));
    }
  });

  it('has the sections of the text page', () => {
    const heads = page.split('\n').filter((line) => line.startsWith('## '));
    expect(heads).toEqual([
      '## Stages',
      '## Mixture',
      '## Learning rate',
      '## Datasets',
      '## Memory of a GPU',
      '## 1 warning, 1 note',
    ]);
  });
});

it('marks of Markdown in what a person wrote stay text', () => {
  const plan = { ...elevenTrillionPlan(), settings: ['tokenizer=local("a|b*c*.json")'] };
  expect(renderPlanMarkdown(plan)).toContain('- set tokenizer=local("a\\|b\\*c\\*.json")');
});
