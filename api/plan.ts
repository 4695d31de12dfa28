import type { CompileOptions, Plan } from '../compiler/index.ts';
import { compile, type RecipeDiagnostic } from './compile.ts';

/** A recipe with errors: `message` is what `smol check` prints, `diagnostics` has all of them. */
export class RecipeError extends Error {
  readonly diagnostics: readonly RecipeDiagnostic[];

  constructor(report: string, diagnostics: readonly RecipeDiagnostic[]) {
    super(report);
    this.name = 'RecipeError';
    this.diagnostics = diagnostics;
  }
}

/** The plan of the recipe at `path`. Throws `RecipeError` when it has errors. */
export function plan(path: string, options: CompileOptions = {}): Plan {
  const compiled = compile(path, options);
  if (compiled.plan === null) throw new RecipeError(compiled.report(), compiled.diagnostics);
  return compiled.plan;
}
