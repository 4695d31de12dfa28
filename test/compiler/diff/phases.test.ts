import { describe, expect, test } from 'vitest';
import { diffPlans, renderDiffText } from '../../../compiler/diff/index.ts';
import { makeDataset, makePretrain, makeRecipe } from '../../support/resolved-recipe.ts';
import { planOf, smallStage } from '../plan/plan-of.ts';

const datasets = [makeDataset('a'), makeDataset('b')];
const phase = (name: string, shares: Record<string, string>, end = 51_200) =>
  makePretrain([smallStage(0, end, shares, `${name}_stage`)], { name, every: null });
const even = { a: '0.5', b: '0.5' };
const plan = (...phases: ReturnType<typeof phase>[]) => planOf(makeRecipe(datasets, phases)).plan;

describe('phases', () => {
  const old = plan(phase('first', even), phase('second', even));

  test('count their steps over the whole run', () => {
    const diff = diffPlans(old, plan(phase('first', even), phase('second', { a: '0.6', b: '0.4' })));
    expect(diff.effect).toEqual({ class: 'future_only', from_step: 101, from_tokens: 51_200 });
    expect(renderDiffText(diff, { columns: 80, color: false })).toContain('~ second: stage second_stage');
    expect(diffPlans(old, old).changes).toEqual([]);
  });

  test('that are added come after the others', () => {
    const diff = diffPlans(old, plan(phase('first', even), phase('second', even), phase('third', even)));
    expect(diff.changes).toMatchObject([{ action: 'added', subject: 'phase', name: 'third' }]);
    expect(diff.effect.from_step).toBe(201);
    expect(diff.counts.changes).toBe(1);
  });

  test('that are renamed are the same', () => {
    const diff = diffPlans(old, plan(phase('first', even), phase('later', even)));
    expect(diff.effect.class).toBe('no_effect');
    expect(diff.changes).toMatchObject([
      { action: 'renamed', subject: 'phase', name: 'later', old_name: 'second' },
      { action: 'renamed', subject: 'stage', name: 'later_stage', old_name: 'second_stage' },
    ]);
  });

  test('in another order are moved, from the first place that holds another one', () => {
    const longer = plan(phase('first', even), phase('second', even), phase('third', { a: '0.9', b: '0.1' }));
    const moved = plan(phase('first', even), phase('third', { a: '0.9', b: '0.1' }), phase('second', even));
    const diff = diffPlans(longer, moved);
    expect(diff.changes).toMatchObject([{ action: 'moved', subject: 'phase', name: 'third' }]);
    expect(diff.effect.from_step).toBe(101);
    expect(renderDiffText(diff, { columns: 80, color: false })).toContain('> phase third');
  });

  test('that are removed end the run earlier', () => {
    const diff = diffPlans(old, plan(phase('first', even)));
    expect(diff.changes).toMatchObject([{ action: 'removed', subject: 'phase', name: 'second' }]);
    expect(diff.effect).toEqual({ class: 'future_only', from_step: 101, from_tokens: 51_200 });
  });
});
