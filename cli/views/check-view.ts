import {
  type Diagnostic,
  renderDiagnostics,
  renderGithub,
  renderJson,
  renderSarif,
  type SourceLookup,
  summaryLine,
  type TerminalOptions,
} from '../../compiler/index.ts';
import packageDescription from '../../package.json' with { type: 'json' };

/** What `smol check` found in one file. */
export interface CheckedFile {
  readonly path: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Problems repaired by `--fix` before this was found. */
  readonly repaired: number;
}

export const checkFormats = ['text', 'json', 'github', 'sarif'] as const;
export type CheckFormat = (typeof checkFormats)[number];

/** The result of `smol check` in one of its formats. */
export function showChecked(
  files: readonly CheckedFile[],
  sources: SourceLookup,
  format: CheckFormat,
  options: TerminalOptions,
): string {
  const all = files.flatMap((file) => file.diagnostics);
  if (format === 'json') return renderJson(all, sources);
  if (format === 'github') return renderGithub(all, sources);
  if (format === 'sarif') return renderSarif(all, sources, packageDescription.version);
  // What is said of a file stands above its closing line; a blank line sets the next one apart.
  return files
    .map((file) => renderDiagnostics(file.diagnostics, sources, options) + closingLine(file))
    .reduce(
      (shown, next) => shown + (next.includes('\n', next.indexOf('\n') + 1) && shown !== '' ? '\n' : '') + next,
      '',
    );
}

/** "examples/quickstart.smol: 2 errors, 1 warning (3 repaired)" */
function closingLine({ path, diagnostics, repaired }: CheckedFile): string {
  return `${path}: ${summaryLine(diagnostics)}${repaired > 0 ? ` (${repaired} repaired)` : ''}\n`;
}
