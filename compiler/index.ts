export { type Compilation, type CompileOptions, compileRecipe, SourceNotFoundError } from './compile.ts';
export {
  applyFixes,
  type CatalogueRow,
  catalogue,
  type Diagnostic,
  DiagnosticCollector,
  type DiagnosticsDocument,
  displayWidth,
  explainPage,
  type Fix,
  findCode,
  listCodes,
  nearNames,
  printable,
  renderDiagnostics,
  renderGithub,
  renderJson,
  renderSarif,
  rowOf,
  type Severity,
  type SourceLookup,
  summaryLine,
  syntaxDiagnostics,
  type TerminalOptions,
} from './diagnostics/index.ts';
export { wrap } from './diagnostics/reporters/wrap.ts';
export { checkExample } from './emit/check-example.ts';
export type { Emission } from './emit/emission.ts';
export { type CompiledPlan, emitCompiled } from './emit/emit-compiled.ts';
export type { EmitPlace } from './emit/emit-place.ts';
export type { EmittedFile } from './emit/emitted-file.ts';
export { printPlanYaml } from './emit/plan-yaml.ts';
export { normalizedRecipe } from './emit/recipe/normalized-recipe.ts';
export { type Target, targets } from './emit/targets.ts';
export type { CompilerHost } from './host.ts';
export { type ConfigFile, type ImportedRecipe, importConfig } from './import/import-config.ts';
export { type LockedDataset, type LockedProfile, type LockFile, lockPath, readLock } from './lock/lock-file.ts';
export { printLock } from './lock/print-lock.ts';
export type { ResolvedRecipe } from './normalize/types.ts';
export * from './plan/index.ts';
export {
  formatBytes,
  formatCount,
  formatDays,
  formatDuration,
  formatEpochs,
  formatLearningRate,
  formatMoney,
  formatOrdinal,
  formatScientific,
  formatShare,
  formatTokens,
} from './report/format-number.ts';
export { renderPlanMarkdown } from './report/plan-markdown.ts';
export { type PlanTextOptions, renderPlanText } from './report/plan-text.ts';
export { shortened, tableLines } from './report/text-table.ts';
export { createSourceText, type Place, placeAt, placeRangeOf, type SourceText } from './source.ts';
