import { compileRecipe } from '../compile.ts';
import type { CheckExample } from '../diagnostics/explain.ts';
import { importConfig } from '../import/import-config.ts';
import { emitCompiled } from './emit-compiled.ts';

/** What there is to say about an example of `smol explain`, and about writing it for its target; or about a configuration. */
export const checkExample: CheckExample = async (file, text, { target, importFrom, ...options }, files) => {
  if (importFrom !== undefined) {
    const others = Object.entries(files).map(([path, other]) => ({ path, text: other }));
    return (await importConfig([...others, { path: file, text }])).diagnostics;
  }
  const readText = (path: string) => (path === file ? text : (files[path] ?? null));
  const compilation = compileRecipe(file, { readText }, options);
  const { plan, diagnostics } = compilation;
  if (target === undefined || plan === null) return diagnostics;
  const emission = await emitCompiled({ plan, compilation }, target, { recipeFolder: './', publicTypes: '' });
  return [...diagnostics, ...emission.diagnostics];
};
