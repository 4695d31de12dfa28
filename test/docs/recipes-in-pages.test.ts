import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../../compiler/index.ts';
import { parse } from '../../grammar/index.ts';
import { hostBesideExamples } from '../support/example-recipes.ts';

const root = join(import.meta.dirname, '..', '..');
const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];

/** One block of a page between ```smol and ```. */
interface PageRecipe {
  /** `docs/language.md:12`. */
  readonly place: string;
  readonly text: string;
  /** The words after ```smol: the codes of the errors that the recipe is there to show. */
  readonly codes: readonly string[];
}

function recipesOf(page: string): readonly PageRecipe[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```smol([^\n]*)\n(.*?)^```$/gms)].map((match) => ({
    place: `${page}:${text.slice(0, match.index).split('\n').length}`,
    text: match[2]!,
    codes: match[1]!.split(/\s+/).filter((word) => word !== ''),
  }));
}

/** Complete recipes start with their header, comments before it aside; others are fragments of one. */
const isComplete = (text: string) => /^(\s*#[^\n]*\n)*\s*recipe\s/.test(text);

/** What a fragment may lack: declarations, required attributes, blocks, and shares' sums or ranges that depend on them. */
const lacks = new Set(['SM1001', 'SM1036', 'SM1037']);

const all = pages.filter((page) => page.endsWith('.md')).flatMap(recipesOf);
/** Beside the recipes of a page stand those of examples/. */
const errorsOf = (text: string) =>
  compileRecipe('page.smol', hostBesideExamples('page.smol', text)).diagnostics.filter(
    ({ severity }) => severity === 'error',
  );

describe('recipes in pages', () => {
  it('are found', () => {
    expect(all.filter(({ place }) => place.startsWith('README.md:')).length).toBeGreaterThan(0);
    expect(all.filter(({ place }) => place.startsWith('docs/language.md:')).length).toBeGreaterThan(5);
  });

  it.each(all.map((recipe) => [recipe.place, recipe] as const))('%s is as the page says', (_place, { text, codes }) => {
    const whole = isComplete(text) ? text : `recipe fragment\n${text}`;
    if (codes.length === 0) expect(parse(whole, 'page.smol').problems).toEqual([]);
    const errors = errorsOf(whole).filter(({ code }) => isComplete(text) || !lacks.has(code));
    expect([...new Set(errors.map(({ code }) => code))]).toEqual(codes);
  });
});
