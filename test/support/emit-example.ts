import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Compilation,
  compileRecipe,
  type Emission,
  emitCompiled,
  type Plan,
  type Target,
} from '../../compiler/index.ts';

const root = join(import.meta.dirname, '..', '..');

export interface EmittedRecipe {
  readonly plan: Plan;
  readonly compilation: Compilation;
  readonly emission: Emission;
}

/** Compiles a recipe of the checkout and writes it for a target, in memory. */
export async function emitFile(
  target: Target,
  file: string,
  options: { readonly profile?: string; readonly settings?: readonly string[] } = {},
): Promise<EmittedRecipe> {
  return emitText(target, file, readFileSync(join(root, file), 'utf8'), options);
}

/** The same of a text that stands under a path. */
export async function emitText(
  target: Target,
  file: string,
  text: string,
  options: { readonly profile?: string; readonly settings?: readonly string[] } = {},
): Promise<EmittedRecipe> {
  const readText = (path: string) => (path === file ? text : textOrNull(join(root, path)));
  const compilation = compileRecipe(file, { readText }, options);
  const { plan } = compilation;
  if (plan === null) throw new Error(compilation.diagnostics.map(({ message }) => message).join('\n'));
  const place = { recipeFolder: '../', publicTypes: '' };
  return { plan, compilation, emission: await emitCompiled({ plan, compilation }, target, place) };
}

function textOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
