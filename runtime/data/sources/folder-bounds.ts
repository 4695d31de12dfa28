import { realpathSync } from 'node:fs';
import { sep } from 'node:path';

/** Folders that the paths of a recipe may not leave, by the real path of the recipe's folder, where it is not that folder. */
const wider = new Map<string, string>();

/**
 * Lets the recipes of a folder read files below `root`, which a person allowed (`--root`); null takes it back. The folders must
 * be there.
 */
export function setFolderBounds(recipeFolder: string, root: string | null): void {
  const folder = realpathSync(recipeFolder);
  if (root === null) wider.delete(folder);
  else wider.set(folder, realpathSync(root));
}

/** Whether more than the recipe's folder may be read. */
export function hasWiderBounds(recipeFolder: string): boolean {
  return wider.has(realpathSync(recipeFolder));
}

/** Whether a real path lies in the recipe's folder, or below the root that was allowed for it. */
export function isWithinBounds(real: string, recipeFolder: string): boolean {
  const folder = realpathSync(recipeFolder);
  return [folder, wider.get(folder)].some((base) => base !== undefined && lies(real, base));
}

function lies(real: string, base: string): boolean {
  return real === base || real.startsWith(base.endsWith(sep) ? base : base + sep);
}
