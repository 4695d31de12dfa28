import { describe, expect, it } from 'vitest';
import { recipeWith } from '../support/recipe-with.ts';
import { compileRecipeText, planOfText } from './compile-recipe-text.ts';

const model = 'layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 2048';
const shares = ['50% web', '50% code'];
const recipe = (tokens: string, lines: readonly string[] = shares, sequence = '2048') =>
  recipeWith(lines, { tokens, sequence, batch: '2_097_152 tokens' }, { model });
const askedOf = (tokens: string) => planOfText(recipe(tokens)).phases[0]!.stages[0]!.to_tokens;

describe('report 27: the length of a run', () => {
  it.each([
    ['11T', 11e12],
    ['11T tokens', 11e12],
    ['11e12', 11e12],
    ['11000B', 11e12],
    ['11_000_000_000_000', 11e12],
    ['11Ti', 11 * 2 ** 40],
  ])('%s', (written, tokens) => {
    expect(askedOf(written)).toBe(tokens);
  });

  it('Ti is 9.95% more than T', () => {
    expect(askedOf('11Ti') / askedOf('11T')).toBeCloseTo(1.0995, 4);
  });

  it.each([
    ['11 T', 'SM0015', /directly after the number: `11T`/],
    ['2e12T', 'SM0012', /write `2e12` or `2T`, whichever is meant/],
    ['10 epochs', 'SM2002', /change the unit/],
    ['4M sequences', 'SM2002', /change the unit/],
    ['1M tokens + 5 steps', 'SM2006', /same unit/],
    ['1M + 5 steps', 'SM2006', /same unit/],
  ])('%s is refused: %s', (written, code, help) => {
    const { plan, diagnostics } = compileRecipeText(recipe(written));
    expect(plan).toBeNull();
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map((each) => each.code)).toEqual([code]);
    expect(errors[0]!.help).toMatch(help);
  });

  it('steps are shown back as tokens: 5,240,000 of 1,024 x 2,048 are 10.989T', () => {
    const plan = planOfText(recipe('5240000 steps'));
    expect(plan.totals).toMatchObject({ steps: 5_240_000, tokens: 5_240_000 * 1024 * 2048 });
    expect(plan.totals.tokens / 1e12).toBeCloseTo(10.989, 3);
  });

  it('steps that are nearly a round number of tokens have a note, which the plan keeps', () => {
    const message = '5,240,000 steps of 2,097,152 tokens are 10,989,076,480,000 tokens (10.989T), not 11T';
    const { plan, diagnostics } = compileRecipeText(recipe('5240000 steps'));
    expect(diagnostics.find(({ code }) => code === 'SM3111')).toMatchObject({ severity: 'note', message });
    expect(plan!.diagnostics.map((each) => each.message)).toContain(message);
    // 2.147T and 11T as tokens say what they are.
    for (const tokens of ['1_024_000 steps', '11T', '11Ti']) {
      expect(compileRecipeText(recipe(tokens)).diagnostics.map(({ code }) => code)).not.toContain('SM3111');
    }
  });

  it('steps need a batch and a sequence', () => {
    for (const line of ['batch', 'sequence']) {
      const text = recipe('5240000 steps').replace(new RegExp(`^  ${line} = .*\n`, 'm'), '');
      const { plan, diagnostics } = compileRecipeText(text);
      expect(plan).toBeNull();
      expect(diagnostics.map(({ message }) => message).join()).toContain(`\`${line}\``);
    }
  });

  it('`11 T` has the fix in it', () => {
    const text = recipe('11 T');
    const { edits } = compileRecipeText(text).diagnostics.find(({ code }) => code === 'SM0015')!.fix!;
    const [{ span, text: written }] = edits as [(typeof edits)[0]];
    const fixed = `${text.slice(0, span.start)}${written}${text.slice(span.end)}`;
    expect(planOfText(fixed).totals.tokens).toBe(askedOf('11T') + planOfText(recipe('11T')).totals.tokens - 11e12);
  });

  it('steps are refused where they are of two sizes', () => {
    const stages = ['stage a ..500 steps { batch = 1_048_576 tokens, 100% web }', 'stage b { 100% code }'];
    const { plan } = compileRecipeText(recipe('1000 steps', stages));
    expect(plan).toBeNull();
  });
});
