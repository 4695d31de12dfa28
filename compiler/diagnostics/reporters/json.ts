import type { Span } from '../../../grammar/index.ts';
import { type PlaceRange, placeRangeOf } from '../../source.ts';
import type { Diagnostic, Severity } from '../types.ts';
import { countSeverities } from './summary-line.ts';
import type { SourceLookup } from './terminal.ts';

/** What `--format json` prints: lines and columns count from 1, columns in code points, ends are exclusive. */
export interface DiagnosticsDocument {
  readonly version: 1;
  readonly diagnostics: readonly DiagnosticRecord[];
  readonly summary: { readonly errors: number; readonly warnings: number; readonly notes: number };
}

interface DiagnosticRecord {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** null where the file could not be read. */
  readonly at: PlaceRange | null;
  readonly label: string | null;
  readonly related: readonly { readonly at: PlaceRange | null; readonly label: string }[];
  readonly notes: readonly string[];
  readonly help: string | null;
  readonly fix: {
    readonly title: string;
    readonly safe: boolean;
    readonly edits: readonly { readonly at: PlaceRange | null; readonly text: string }[];
  } | null;
}

/** One JSON document of all diagnostics, with a final line feed. */
export function renderJson(diagnostics: readonly Diagnostic[], sources: SourceLookup): string {
  const counts = countSeverities(diagnostics);
  const document: DiagnosticsDocument = {
    version: 1,
    diagnostics: diagnostics.map((diagnostic) => recordOf(diagnostic, sources)),
    summary: { errors: counts.error, warnings: counts.warning, notes: counts.note },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function recordOf(diagnostic: Diagnostic, sources: SourceLookup): DiagnosticRecord {
  const { code, severity, message, label, notes, help, fix } = diagnostic;
  const at = (span: Span) => {
    const source = sources(span.file);
    return source === null ? null : placeRangeOf(source, span);
  };
  return {
    code,
    severity,
    message,
    at: at(diagnostic.span),
    label,
    related: diagnostic.related.map((related) => ({ at: at(related.span), label: related.label })),
    notes,
    help,
    fix: fix && { ...fix, edits: fix.edits.map((edit) => ({ at: at(edit.span), text: edit.text })) },
  };
}
