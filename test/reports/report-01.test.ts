import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import { recipeWith } from '../support/recipe-with.ts';
import { compileRecipeText, planOfText } from './compile-recipe-text.ts';

const more = ['a', 'b', 'c'].map((name) => `dataset ${name} { source = local("${name}.jsonl") }`).join('\n');
const names = ['web', 'code', 'math', 'a', 'b', 'c'];
const published = [47.2, 16.6, 58.5, 71.1, 24.5, 20.8];
const six = (sign: string, weights: readonly number[]) =>
  recipeWith(
    weights.map((weight, i) => `${weight}${sign} ${names[i]}`),
    {},
    { before: more },
  );
const errorOf = (text: string) => compileRecipeText(text).diagnostics.find(({ severity }) => severity === 'error')!;

describe('report 1: weights of a published mix that add up to something else', () => {
  it('are an error with the sum, each weight shown and the way out, as percentages and as fractions', () => {
    const asPercent = errorOf(six('%', published));
    expect(asPercent).toMatchObject({
      code: 'SM3001',
      message: 'the shares of `pretrain` add up to 238.7%, not 100%',
    });
    expect(asPercent.related.at(-1)!.label).toBe('47.2 + 16.6 + 58.5 + 71.1 + 24.5 + 20.8 = 238.7');
    expect(asPercent.notes.join()).toContain('`normalized`');
    const asFraction = errorOf(six('', [0.472, 0.166, 0.585, 0.711, 0.245, 0.208]));
    expect(asFraction.code).toBe('SM3003');
    expect(asFraction.notes).toEqual(['they add up to 2.387, or 238.7% if they are fractions of 1']);
  });

  it.each([
    ['99.99%', 39.99, 'off by 0.01%'],
    ['100.01%', 40.01, 'off by 0.01%'],
  ])('never pass as rounding: %s', (sum, second, help) => {
    const found = errorOf(recipeWith(['60% web', `${second}% code`]));
    expect(found.message).toBe(`the shares of \`pretrain\` add up to ${sum}, not 100%`);
    expect(found.help).toContain(help);
  });

  it.each([
    ['99.99%', 39.99, ['0.6000600060006', '0.3999399939994']],
    ['100.01%', 40.01, ['0.599940005999', '0.400059994001']],
    ['99.95%', 39.95, ['0.600300150075', '0.399699849925']],
  ])('are accepted as rounded where the recipe says so, and the scaled values are shown: %s', (sum, second, shares) => {
    const text = recipeWith(['stage a rounded {', '  60% web', `  ${second}% code`, '}']);
    const { plan, diagnostics } = compileRecipeText(text);
    const [note] = diagnostics.filter(({ code }) => code === 'SM3016');
    expect(note).toMatchObject({ severity: 'note' });
    expect(note!.message).toContain(`the rounded shares of stage \`a\` add up to ${sum}; scaled to 100%: `);
    expect(plan!.diagnostics.map(({ message }) => message)).toContain(note!.message);
    const exact = plan!.phases[0]!.stages[0]!.mixture.map(({ share }) => new Fraction(share));
    expect(exact[0]!.add(exact[1]!).equals(1)).toBe(true);
    for (const [i, part] of exact.entries()) {
      expect(part.valueOf()).toBeCloseTo(Number(shares[i]), 9);
      expect(part.equals(new Fraction([60, second][i]!).div(new Fraction(60).add(second)))).toBe(true);
    }
    // The long form says the same.
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each([39.94, 40.06])('are refused as rounded beyond 0.05%%: 60 + %s', (second) => {
    const found = errorOf(recipeWith(['stage a rounded {', '  60% web', `  ${second}% code`, '}']));
    expect(found.code).toBe('SM3015');
    expect(found.notes).toEqual([`they are 60% + ${second}%`]);
  });

  it('that rounding keeps from 100% are offered the word', () => {
    const text = recipeWith(['60% web', '39.99% code']);
    const found = errorOf(text);
    expect(found.fix).toMatchObject({ safe: false, edits: [{ text: ' rounded' }] });
    const { start } = found.fix!.edits[0]!.span;
    const fixed = `${text.slice(0, start)} rounded${text.slice(start)}`;
    expect(compileRecipeText(fixed).plan).not.toBeNull();
  });

  it('read flat, 60/40 web and 10% code, propose the group that was meant', () => {
    const found = errorOf(recipeWith(['60% web', '40% math', '10% code']));
    expect(found.message).toContain('add up to 110%');
    expect(found.help).toContain('90% part { 60% web, 40% math }');
    const nested = planOfText(recipeWith(['90% part { 60% web, 40% math }', '10% code']));
    expect(nested.phases[0]!.stages[0]!.mixture.map(({ share }) => share)).toEqual(['0.54', '0.36', '0.1']);
  });

  it('are scaled only where the recipe says `normalized`, exactly', () => {
    const group = published.map((weight, i) => `${weight} ${names[i]}`).join(', ');
    const plan = planOfText(recipeWith([`100% all normalized { ${group} }`], {}, { before: more }));
    const shares = plan.phases[0]!.stages[0]!.mixture.map(({ share }) => share);
    expect(shares[0]).toBe('472/2387');
    expect(plan.phases[0]!.stages[0]!.mixture.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(1_000_448);
  });
});
