import { dirname, resolve } from 'node:path';
import { createFileHost } from '../cli/file-host.ts';
import {
  type CompileOptions,
  compileRecipe,
  type Diagnostic,
  type Plan,
  placeAt,
  renderDiagnostics,
  type SourceText,
} from '../compiler/index.ts';

/** Something said about a recipe, with its place as a person counts. */
export interface RecipeDiagnostic {
  /** `SM` and four digits; `smol explain CODE` tells more. */
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  readonly help: string | null;
  /** The path as given, or that of a file that the recipe uses. */
  readonly file: string;
  /** 1-based; columns in code points. */
  readonly line: number;
  readonly column: number;
}

export interface CompiledRecipe {
  /** null if, and only if, there are errors. */
  readonly plan: Plan | null;
  /** The folder that the plan's local paths are relative to; absolute. */
  readonly folder: string;
  /** In the order of the file; what the recipe allows is left out. */
  readonly diagnostics: readonly RecipeDiagnostic[];
  /** The diagnostics as `smol check` draws them, without colour, `columns` (80) wide. */
  report(columns?: number): string;
}

/**
 * Compiles the recipe at `path` (taken from the current folder). A person's mistakes are diagnostics, never exceptions; throws
 * only when the file cannot be read.
 */
export function compile(path: string, options: CompileOptions = {}): CompiledRecipe {
  const { plan, diagnostics, sources } = compileRecipe(path, createFileHost({ cwd: process.cwd() }), options);
  const source = (file: string): SourceText | null => sources.get(file) ?? null;
  return {
    plan,
    folder: dirname(resolve(path)),
    diagnostics: diagnostics.map((diagnostic) => placed(diagnostic, source)),
    report: (columns = 80) => renderDiagnostics(diagnostics, source, { columns, color: false }),
  };
}

function placed({ code, severity, message, help, span }: Diagnostic, source: (file: string) => SourceText | null) {
  const text = source(span.file);
  const { line, column } = text === null ? { line: 1, column: 1 } : placeAt(text, span.start);
  return { code, severity, message, help, file: span.file, line, column };
}
