export { applyFixes, type FixedText } from './apply-fixes.ts';
export { catalogue, rowOf } from './catalogue/index.ts';
export { type CatalogueRow, defineRow, diagnose, type ExampleOptions, type Explanation } from './catalogue-row.ts';
export { DiagnosticCollector } from './collector.ts';
export { explainPage, findCode, listCodes } from './explain.ts';
export { didYouMean, nearNames } from './near-names.ts';
export { displayWidth } from './reporters/display-width.ts';
export { renderGithub } from './reporters/github.ts';
export { type DiagnosticsDocument, renderJson } from './reporters/json.ts';
export { printable } from './reporters/printable.ts';
export { renderSarif } from './reporters/sarif.ts';
export { countSeverities, summaryLine } from './reporters/summary-line.ts';
export {
  renderDiagnostic,
  renderDiagnostics,
  type SourceLookup,
  type TerminalOptions,
} from './reporters/terminal.ts';
export { syntaxDiagnostics } from './syntax-diagnostics.ts';
export type { Diagnostic, Fix, Severity } from './types.ts';
