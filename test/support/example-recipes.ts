import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'examples');

/** The recipes of examples/, by file name. */
export function exampleRecipes(): readonly { readonly name: string; readonly recipe: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.smol'))
    .sort()
    .map((name) => ({ name, recipe: readFileSync(join(folder, name), 'utf8') }));
}
