import fc from 'fast-check';
import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../../../compiler/compile.ts';
import { boundText, countText, lengthText, percentText, realText } from '../../../compiler/emit/recipe/literals.ts';
import { normalizedRecipe } from '../../../compiler/emit/recipe/normalized-recipe.ts';
import { printRecipe } from '../../../compiler/emit/recipe/print-recipe.ts';
import { format } from '../../../grammar/index.ts';
import { baselineCases } from '../../support/baselines.ts';
import { exampleRecipes, hostBesideExamples } from '../../support/example-recipes.ts';
import { recipeWith } from '../../support/recipe-with.ts';

function compile(text: string, options: Parameters<typeof compileRecipe>[2] = {}) {
  return compileRecipe('main.smol', hostBesideExamples('main.smol', text), options);
}

/** What a plan computes and plans, without where values come from and what was said about them. */
function content(text: string) {
  const { plan } = compile(text);
  if (plan === null) throw new Error(`does not compile: ${text}`);
  const { provenance, diagnostics, profile, settings, ...rest } = plan;
  return rest;
}

const valid = [
  ...exampleRecipes().map(({ name, recipe }) => [`examples/${name}`, recipe] as const),
  ...baselineCases().map(({ name, recipe }) => [name, recipe] as const),
].filter(([, recipe]) => compile(recipe).plan !== null);

/** A recipe with each of its profiles, and without any. */
const variants = valid.flatMap(([name, recipe]) => {
  const profiles = [...recipe.matchAll(/^profile (\w+)/gm)].map(([, profile]) => profile!);
  return [null, ...profiles].map((profile) => [`${name}, profile ${profile}`, recipe, profile] as const);
});

describe.each(variants)('the long form of %s', (_name, recipe, profile) => {
  const compilation = compile(recipe, { profile });
  const long = normalizedRecipe(compilation)!;

  it('plans the same, to the last count', () => {
    const { provenance, diagnostics, profile: _profile, settings, ...rest } = compilation.plan!;
    expect(content(long)).toEqual(rest);
  });

  it('is formatted canonically and is its own long form', () => {
    expect(format(long, 'long.smol')).toEqual({ text: long });
    expect(normalizedRecipe(compile(long))).toBe(long);
  });
});

it('there are recipes to try', () => {
  expect(valid.length).toBeGreaterThan(10);
  expect(variants.length).toBeGreaterThan(valid.length);
});

it('a recipe with errors has no long form', () => {
  expect(normalizedRecipe(compile('recipe broken\n'))).toBeNull();
});

it('shares that are no percentages, positions that are no whole numbers and lengths of both kinds keep their plan', () => {
  const numerators = fc.array(fc.integer({ min: 1, max: 997 }), { minLength: 1, maxLength: 3 });
  const length = fc.oneof(
    fc.integer({ min: 1, max: 300 }).map((steps) => `${steps} steps`),
    fc.integer({ min: 1, max: 60 }).map((percent) => `${percent}% / 3`),
    fc.integer({ min: 3000, max: 99_999 }).map((tokens) => `${tokens} tokens / 7`),
  );
  let planned = 0;
  fc.assert(
    fc.property(
      numerators,
      length,
      fc.integer({ min: 20_000, max: 800_000 }),
      fc.boolean(),
      (parts, decay, cut, scaled) => {
        const names = ['web', 'code', 'math'];
        const shares = parts.map((part, i) => `${part} ${names[i]}`).join(', ');
        const text = recipeWith(
          [
            `stage first 0..(${cut} / 3) normalized { ${shares} }`,
            `stage second (${cut} / 3)..1M { sequence = 256, rope_theta = 12_345.5, batch = 8 sequences, 100% web }`,
          ],
          { schedule: `wsd(peak = 1e-3 / 3, warmup = 3 steps, decay = ${decay})` },
          { after: 'profile short { pretrain { scaled_to = 333_333 tokens } }' },
        );
        const compilation = compile(text, { profile: scaled ? 'short' : null });
        if (compilation.plan === null) return;
        planned++;
        expect(content(printRecipe(compilation.recipe!)).hash).toBe(compilation.plan.hash);
      },
    ),
    { numRuns: 60 },
  );
  expect(planned).toBeGreaterThan(20);
});

it('a profile and settings stand in the long form as the recipe', () => {
  const text = recipeWith(['100% web'], {}, { after: 'profile other { seed = 7, pretrain { sequence = 256 } }' });
  const long = normalizedRecipe(compile(text, { profile: 'other', settings: ['pretrain.tokens=2M'] }))!;
  expect(long).toContain('seed = 7\n');
  expect(long).toContain('  sequence = 256\n');
  expect(long).toContain('  tokens = 2M\n');
  expect(long).not.toContain('profile');
});

it('paths outside the folder that the recipe was let read stay as they are', () => {
  const text = recipeWith(['100% web']).replace('"web/*.jsonl"', '"../web/*.jsonl"');
  const host = { ...hostBesideExamples('main.smol', text), mayClimb: true };
  expect(normalizedRecipe(compileRecipe('main.smol', host))).toContain('local("../web/*.jsonl")');
});

it('a dataset of unknown size that is never repeated has a long form', () => {
  const text = recipeWith(['100% web']).replace('"web/*.jsonl")', '"web/*.jsonl"), repeat = never');
  const long = normalizedRecipe(compile(text))!;
  expect(long).toContain('  repeat = never\n');
  expect(long).not.toContain('on_exhaustion = error');
  expect(compile(long).recipe!.datasets.map(({ onExhaustion }) => onExhaustion.value)).toContain('error');
});

describe('literals', () => {
  it.each([
    [countText(11e12), '11T'],
    [countText(10.925e12), '10.925T'],
    [countText(2_097_152), '2_097_152'],
    [countText(2048), '2048'],
    [realText(new Fraction('0.0005')), '5e-4'],
    [realText(0.95), '0.95'],
    [realText(130_000), '130_000'],
    [realText(new Fraction(1, 3)), '1 / 3'],
    [percentText(new Fraction('0.0008')), '0.08%'],
    [percentText(new Fraction(1, 3)), '100% / 3'],
    [boundText(new Fraction(10, 3)), '(10 / 3)'],
    [lengthText({ unit: 'tokens', amount: new Fraction(1e9, 7) }), '1000000000 tokens / 7'],
    [lengthText({ unit: 'steps', amount: new Fraction(2000) }), '2000 steps'],
  ])('%s', (printed, text) => expect(printed).toBe(text));
});
