import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  diffPlans,
  type PlanDiff,
  printDiff,
  renderDiffMarkdown,
  renderDiffText,
  resumeAnswer,
} from '../../../compiler/diff/index.ts';
import { compileRecipe, type Plan } from '../../../compiler/index.ts';
import { expectGolden } from '../../support/baselines.ts';

const folder = join(import.meta.dirname, '..', '..', 'diff');
const cases = readdirSync(folder).sort();

/** Most cases have one old recipe: each text is compiled once. */
const plans = new Map<string, Plan>();

/** The plan of one side of a case. */
function planOf(name: string, side: 'old' | 'new'): Plan {
  const text = readFileSync(join(folder, name, `${side}.smol`), 'utf8');
  const known = plans.get(text);
  if (known !== undefined) return known;
  const path = 'river.smol';
  const { plan, diagnostics } = compileRecipe(path, { readText: (asked) => (asked === path ? text : null) });
  if (plan === null) throw new Error(`${name}/${side}.smol: ${diagnostics.map(({ message }) => message).join('; ')}`);
  plans.set(text, plan);
  return plan;
}

/** What a run that stands around the change, at the start or at the end is told. */
function answers(diff: PlanDiff, steps: number): string {
  const from = diff.effect.from_step;
  const places = [0, 1, ...(from === null ? [] : [from - 1, from]), steps].filter((step) => step <= steps);
  return [...new Set(places)]
    .sort((a, b) => a - b)
    .map((step) => `a run at step ${step}: ${resumeAnswer(diff, step)}\n`)
    .join('');
}

describe('every kind of change', () => {
  test.each(cases)('%s', (name) => {
    const [old, next] = [planOf(name, 'old'), planOf(name, 'new')];
    const diff = diffPlans(old, next);
    const check = (file: string, text: string) => expectGolden(join(folder, name, file), `${name}/${file}`, text);
    check('diff.txt', renderDiffText(diff, { columns: 80, color: false }));
    check('diff.json', printDiff(diff));
    check('diff.md', renderDiffMarkdown(diff));
    check('resume.txt', answers(diff, old.totals.steps));
    expect(diff.meaning_changed).toBe(old.hash !== next.hash || /^an-(evaluation|ablation)/.test(name));
  });

  test.each(cases)('%s: no line of the text is wider than the screen', (name) => {
    const text = renderDiffText(diffPlans(planOf(name, 'old'), planOf(name, 'new')), { columns: 80, color: false });
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  });

  test('is seen from the other side with the same class and the same first step', () => {
    for (const name of cases) {
      const [old, next] = [planOf(name, 'old'), planOf(name, 'new')];
      const [there, back] = [diffPlans(old, next), diffPlans(next, old)];
      expect([back.effect.class, back.effect.from_step], name).toEqual([there.effect.class, there.effect.from_step]);
      expect(back.counts.changes, name).toBe(there.counts.changes);
    }
  });
});

describe('a run that stands somewhere', () => {
  const [old, next] = [planOf('shares-of-a-stage', 'old'), planOf('shares-of-a-stage', 'new')];

  test('takes what comes after it', () => {
    const diff = diffPlans(old, next, { step: 2_861_023 });
    expect(diff.effect).toEqual({ class: 'future_only', from_step: 2_861_024, from_tokens: 6_000_000_106_496 });
    expect(renderDiffText(diff, { columns: 80, color: false })).toContain('it goes on');
  });

  test('does not take what changes a step that it has done', () => {
    const diff = diffPlans(old, next, { step: 2_861_024 });
    expect(diff.effect.class).toBe('changes_past');
    expect(resumeAnswer(diff, 2_861_024)).toBe('refused_unless_forced');
    expect(renderDiffText(diff, { columns: 80, color: false })).toContain('this changes its past');
  });

  test('may begin anew with anything but another model before its first step', () => {
    const seed = diffPlans(planOf('another-seed', 'old'), planOf('another-seed', 'new'), { step: 0 });
    expect(seed.effect.class).toBe('future_only');
    expect(resumeAnswer(seed, 0)).toBe('goes_on');
    const model = diffPlans(planOf('another-model', 'old'), planOf('another-model', 'new'), { step: 0 });
    expect(resumeAnswer(model, 0)).toBe('refused');
  });
});
