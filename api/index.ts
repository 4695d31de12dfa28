/** The package's public door: what a program may import from `smol` (docs/api.md). */
export type { PlanDiff } from '../compiler/diff/index.ts';
export type { CompileOptions } from '../compiler/index.ts';
export type * from '../compiler/plan/index.ts';
export type { EngineChoice, RunEvent, RunObserver, RunReport } from '../runtime/index.ts';
export { type CompiledRecipe, compile, type RecipeDiagnostic } from './compile.ts';
export { diff, diffReport } from './diff.ts';
export { isMainModule } from './main-module.ts';
export { plan, RecipeError } from './plan.ts';
export { type RunSettings, run } from './run.ts';
