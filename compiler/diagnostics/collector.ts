import type { Diagnostic } from './types.ts';

/** Gathers what the passes have to say. Passes return values and add here; nothing throws for a person's mistake. */
export class DiagnosticCollector {
  readonly #diagnostics: Diagnostic[] = [];

  add(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic);
  }

  get hasErrors(): boolean {
    return this.#diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  }

  /** In the order of the file, then of the passes. */
  all(): readonly Diagnostic[] {
    const byPlace = (a: Diagnostic, b: Diagnostic) =>
      compareText(a.span.file, b.span.file) || a.span.start - b.span.start;
    return [...this.#diagnostics].sort(byPlace);
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
