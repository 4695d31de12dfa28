import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../cli/context.ts';
import { decodeRecipe } from '../../cli/file-host.ts';
import { baselineCases } from '../support/baselines.ts';
import { exampleRecipes } from '../support/example-recipes.ts';
import { seededRandom } from '../support/random.ts';
import { checkRecipeSafely, type Project } from './check-recipe-safely.ts';
import { growProject } from './grow-project.ts';
import { growRecipe } from './grow-recipe.ts';

/** Seconds for each kind of recipe; a longer search: `SMOL_FUZZ_SECONDS=600 SMOL_FUZZ_FROM=5000 npx vitest run test/fuzz`. */
const seconds = Number(process.env.SMOL_FUZZ_SECONDS ?? 6);
/** Seed of the first recipe: a failure names its own. */
const from = Number(process.env.SMOL_FUZZ_FROM ?? 0);
/** Milliseconds that one recipe may take, on a busy machine. */
const bound = 3000;

const whole = baselineCases().find(({ name }) => name === 'every-block-and-attribute-of-the-language')!.recipe;
const corpus = [...exampleRecipes(), ...baselineCases()].map(({ recipe }) => recipe);

function search(make: (random: () => number) => string | null | readonly [string, Project]) {
  const slow: string[] = [];
  let planned = 0;
  const end = performance.now() + seconds * 1000;
  for (let run = from; performance.now() < end || run < from + 10; run += 1) {
    const made = make(seededRandom(run));
    if (made === null) continue;
    const [recipe, project] = typeof made === 'string' ? [made, {}] : made;
    const start = performance.now();
    try {
      if (checkRecipeSafely(recipe, project)) planned += 1;
    } catch (error) {
      const shown = JSON.stringify(project, null, 1);
      throw new Error(`run ${run}: ${(error as Error).message}\n${recipe}\n${shown}`, { cause: error });
    }
    if (performance.now() - start > bound) slow.push(`run ${run}\n${recipe}`);
  }
  expect(slow).toEqual([]);
  return planned;
}

describe(`recipes of ${seconds} seconds are checked, repaired and planned without an exception, in bounded time`, () => {
  it('grown by the grammar and the vocabulary', { timeout: seconds * 1000 + 60_000 }, () => {
    const planned = search((random) => growRecipe(whole, random));
    // The search would say little if nothing were ever planned.
    expect(planned).toBeGreaterThan(0);
  });

  it('of several files, with profiles and settings', { timeout: seconds * 1000 + 60_000 }, () => {
    const planned = search((random) => growProject(whole, random));
    expect(planned).toBeGreaterThan(0);
  });

  it('with bytes changed', { timeout: seconds * 1000 + 60_000 }, () => {
    search((random) => {
      const bytes = Buffer.from(corpus[Math.floor(random() * corpus.length)]!);
      for (let edits = 1 + Math.floor(random() * 8); edits > 0; edits -= 1) {
        const at = Math.floor(random() * bytes.length);
        const length = random() < 0.7 ? 1 : Math.floor(random() * 64);
        const source = Math.floor(random() * bytes.length);
        if (random() < 0.5) bytes[at] = Math.floor(random() * 256);
        else bytes.copy(bytes, at, source, source + length);
      }
      try {
        return decodeRecipe(bytes, 'example.smol');
      } catch (error) {
        // What is not UTF-8 is refused by name before it is parsed.
        if (error instanceof CommandError) return bytes.toString('latin1');
        throw error;
      }
    });
  });
});
