import { type Compilation, compileRecipe } from '../../compile.ts';
import { printRecipe } from './print-recipe.ts';

/**
 * The long form of a recipe that has been compiled, proven to be one: it compiles, and to the same plan. An Error here is a
 * fault of the compiler, never of the recipe. Null for a recipe with errors.
 */
export function normalizedRecipe({ recipe, plan }: Compilation): string | null {
  if (recipe === null || plan === null) return null;
  const text = printRecipe(recipe);
  const again = compileRecipe('normalized.smol', {
    readText: (path) => (path === 'normalized.smol' ? text : null),
    // Its paths are those of the recipe, which has been let read them.
    mayClimb: true,
  });
  if (again.plan?.hash === plan.hash) return text;
  const [first] = again.diagnostics;
  const reason =
    again.plan === null ? `${first?.code} ${first?.message}` : `its plan is ${again.plan.hash.slice(0, 8)}`;
  throw new Error(`the long form of \`${recipe.name}\` is not that recipe: ${reason}`);
}
