import { placeRangeOf } from '../../source.ts';
import type { Diagnostic, Severity } from '../types.ts';
import type { SourceLookup } from './terminal.ts';

const commandOf: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/** Workflow commands of GitHub Actions, one a line, which it shows as annotations on the changed files. */
export function renderGithub(diagnostics: readonly Diagnostic[], sources: SourceLookup): string {
  return diagnostics.map((diagnostic) => `${annotation(diagnostic, sources)}\n`).join('');
}

function annotation(diagnostic: Diagnostic, sources: SourceLookup): string {
  const { code, severity, span, message, label, notes, help } = diagnostic;
  const source = sources(span.file);
  const properties: [string, string][] = [['file', span.file]];
  if (source !== null) {
    const place = placeRangeOf(source, span);
    properties.push(['line', String(place.line)], ['endLine', String(place.end_line)]);
    // GitHub refuses columns on annotations of several lines.
    if (place.line === place.end_line) {
      properties.push(['col', String(place.column)], ['endColumn', String(place.end_column)]);
    }
  }
  properties.push(['title', code]);
  const text = [message, label, ...notes, help && `help: ${help}`].filter(Boolean).join('\n');
  const written = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(',');
  return `::${commandOf[severity]} ${written}::${escapeMessage(text)}`;
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
