import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolvedText, resolveText, sharesOf } from '../../support/recipe-with.ts';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples');
const text = readFileSync(join(examples, 'smollm2-1.7b.smol'), 'utf8');

describe('the 1.7B recipe', () => {
  it('resolves with its stages at the published positions', () => {
    const [phase] = resolvedText(text).phases;
    expect(phase!.stages.map(({ name, from, to }) => [name, from.value.valueOf(), to.value.valueOf()])).toEqual([
      ['stable_1', 0, 6e12],
      ['stable_2', 6e12, 8e12],
      ['stable_3', 8e12, 10e12],
      ['decay', 10e12, 10.925e12],
      ['long_context', 10.925e12, 11e12],
    ]);
    expect(phase!.stages.map(({ sequence, ropeTheta }) => [sequence.value, ropeTheta.value]).at(-1)).toEqual([
      8192, 130_000,
    ]);
  });

  it('multiplies its groups out', () => {
    const recipe = resolvedText(text);
    expect(sharesOf(recipe, 0)).toEqual({ fineweb_edu: '27/50', dclm: '9/25', starcoder: '1/10' });
    for (const [index] of recipe.phases[0]!.stages.entries()) {
      const { shares } = recipe.phases[0]!.stages[index]!;
      expect(
        shares.reduce((sum, { share }) => sum.add(share), shares[0]!.share.sub(shares[0]!.share)).toFraction(),
      ).toBe('1');
    }
  });

  it('has three things to say: the decay starts before its stage, fine-tuning is for fewer GPUs, some tasks are planned only', () => {
    const codes = resolveText(text).diagnostics.map((line) => line.slice(0, 6));
    expect(codes).toEqual(['SM3101', 'SM4105', 'SM5307', 'SM5307']);
  });
});

describe('the quickstart recipe', () => {
  const quickstart = readFileSync(join(examples, 'quickstart.smol'), 'utf8');

  it.each([{}, { profile: 'tiny' }])('resolves without a word under %j', (options) => {
    expect(resolveText(quickstart, options).diagnostics).toEqual([]);
    expect(resolveText(quickstart, options).recipe).not.toBeNull();
  });
});
