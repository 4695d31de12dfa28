import { compileRecipe } from '../compile.ts';
import type { CheckExample } from '../diagnostics/explain.ts';
import { emitCompiled } from './emit-compiled.ts';

/** What there is to say about an example of `smol explain`, and about writing it for its target. */
export const checkExample: CheckExample = async (file, text, { target, ...options }, files) => {
  const readText = (path: string) => (path === file ? text : (files[path] ?? null));
  const compilation = compileRecipe(file, { readText }, options);
  const { plan, diagnostics } = compilation;
  if (target === undefined || plan === null) return diagnostics;
  const emission = await emitCompiled({ plan, compilation }, target, { recipeFolder: './', publicTypes: '' });
  return [...diagnostics, ...emission.diagnostics];
};
