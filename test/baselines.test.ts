import { describe, expect, it } from 'vitest';
import { compileRecipe, createSourceText, renderDiagnostics, summaryLine } from '../compiler/index.ts';
import { printPlan, validatePlan } from '../compiler/plan/index.ts';
import { format, parse } from '../grammar/index.ts';
import { baselineCases, expectBaseline } from './support/baselines.ts';
import { exampleRecipes, hostBesideExamples } from './support/example-recipes.ts';

const file = 'main.smol';

function compile(recipe: string) {
  return compileRecipe(file, hostBesideExamples(file, recipe), {});
}

function drawn(recipe: string): string {
  const source = createSourceText(file, recipe);
  const { diagnostics } = compile(recipe);
  const frames = renderDiagnostics(diagnostics, () => source, { columns: 80, color: false });
  return `${frames}${summaryLine(diagnostics)}\n`;
}

function planText(recipe: string): string | null {
  const { plan } = compile(recipe);
  return plan === null ? null : printPlan(plan);
}

/** The formatted text; null where the text does not parse, since what is broken is not formatted. */
function formatted(recipe: string): string | null {
  const result = format(recipe, file);
  return 'text' in result ? result.text : null;
}

/** What holds for every recipe, right or wrong. */
function describeInvariants(recipe: string): void {
  it('is formatted once and for all, with the same meaning', () => {
    const once = formatted(recipe);
    if (once === null) return;
    expect(formatted(once)).toBe(once);
    const codes = (text: string) => compile(text).diagnostics.map(({ code }) => code);
    expect(codes(once)).toEqual(codes(recipe));
    expect(compile(once).plan?.hash).toBe(compile(recipe).plan?.hash);
  });

  it('compiles to the same bytes each time, and leaves the tree as it was parsed', () => {
    expect(planText(recipe)).toBe(planText(recipe));
    expect(compile(recipe).file).toEqual(parse(recipe, file).file);
  });

  it('has a valid plan if, and only if, it has no errors', () => {
    const { plan, diagnostics } = compile(recipe);
    expect(plan === null).toBe(diagnostics.some(({ severity }) => severity === 'error'));
    if (plan !== null) expect(() => validatePlan(JSON.parse(printPlan(plan)))).not.toThrow();
  });
}

describe.each(baselineCases().map((one) => [one.name, one.recipe] as const))('%s', (name, recipe) => {
  it('is called invalid if, and only if, it has errors', () => {
    const failed = compile(recipe).diagnostics.some(({ severity }) => severity === 'error');
    expect(failed).toBe(name.startsWith('invalid-'));
  });

  it('is told what it was told', () => expectBaseline(name, 'diagnostics.txt', drawn(recipe)));

  it('is formatted as it was', () => {
    const text = formatted(recipe);
    expectBaseline(name, 'formatted.smol', text === recipe ? null : text);
  });

  it('is planned as it was', () => expectBaseline(name, 'plan.json', planText(recipe)));

  describeInvariants(recipe);
});

describe.each(exampleRecipes().map((one) => [one.name, one.recipe] as const))('examples/%s', (_name, recipe) => {
  describeInvariants(recipe);
});
