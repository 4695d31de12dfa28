import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../compiler/compile.ts';
import { printPlan } from '../compiler/plan/print-plan.ts';
import { expectGolden } from './support/baselines.ts';
import { exampleRecipes } from './support/example-recipes.ts';

const folder = join(import.meta.dirname, '..', 'examples');

/** Each example without a profile and under each that it has; its plan stands beside it, so that it can be run from there. */
const cases = exampleRecipes().flatMap(({ name, recipe }) => {
  const profiles = [...recipe.matchAll(/^profile (\w+)/gm)].map(([, profile]) => profile!);
  const base = name.replace(/\.smol$/, '');
  return [null, ...profiles].map((profile) => ({
    name,
    profile,
    plan: `${base}${profile === null ? '' : `.${profile}`}.plan.json`,
  }));
});

function readText(path: string): string | null {
  return existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : null;
}

describe('the checked-in plans of the examples', () => {
  it.each(cases)('examples/$plan is that of $name, byte for byte', ({ name, profile, plan }) => {
    const compilation = compileRecipe(name, { readText }, { profile });
    expectGolden(join(folder, plan), `examples/${plan}`, compilation.plan && printPlan(compilation.plan));
  });

  it('are all there, and none that is of nothing', () => {
    const found = readdirSync(folder).filter((name) => name.endsWith('.plan.json'));
    expect(found.sort()).toEqual(cases.map(({ plan }) => plan).sort());
  });
});
