import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompilerHost } from '../../compiler/index.ts';

const folder = join(import.meta.dirname, '..', '..', 'examples');

/** The recipes of examples/, by file name. */
export function exampleRecipes(): readonly { readonly name: string; readonly recipe: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.smol'))
    .sort()
    .map((name) => ({ name, recipe: readFileSync(join(folder, name), 'utf8') }));
}

/** A host with one text under one path, beside which the files of examples/ stand. */
export function hostBesideExamples(path: string, text: string): CompilerHost {
  const above = path.slice(0, path.lastIndexOf('/') + 1);
  return {
    readText: (other) => {
      if (other === path) return text;
      const place = join(folder, other.slice(above.length));
      return other.startsWith(above) && existsSync(place) ? readFileSync(place, 'utf8') : null;
    },
  };
}
