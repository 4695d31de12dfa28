import type { Span } from '../../../grammar/index.ts';
import { placeRangeOf } from '../../source.ts';
import { rowOf } from '../catalogue/index.ts';
import type { Diagnostic, Fix } from '../types.ts';
import type { SourceLookup } from './terminal.ts';

/**
 * A SARIF 2.1.0 log (OASIS standard), which code hosts and editors show beside the text. Columns count code points, ends are
 * exclusive, as the format has them; a place in a file that cannot be read is the file alone.
 */
export function renderSarif(diagnostics: readonly Diagnostic[], sources: SourceLookup, version: string): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].toSorted();
  const run = {
    tool: { driver: { name: 'smol', semanticVersion: version, rules: codes.map(ruleOf) } },
    columnKind: 'unicodeCodePoints',
    results: diagnostics.map((diagnostic) => resultOf(diagnostic, codes, sources)),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(code: string) {
  const { severity, explain } = rowOf(code)!;
  return {
    id: code,
    shortDescription: { text: explain.title },
    fullDescription: { text: explain.why },
    defaultConfiguration: { level: severity },
  };
}

function resultOf(diagnostic: Diagnostic, codes: readonly string[], sources: SourceLookup) {
  const { code, severity, message, label, notes, help, related, fix } = diagnostic;
  const text = [message, label, ...notes, help && `help: ${help}`].filter(Boolean).join('\n');
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text },
    locations: [locationOf(diagnostic.span, sources)],
    relatedLocations: related.map(({ span, label: said }, id) => ({
      id,
      ...locationOf(span, sources),
      ...(said === '' ? {} : { message: { text: said } }),
    })),
    ...(fix === null ? {} : { fixes: [fixOf(fix, sources)] }),
  };
}

function fixOf({ title, edits }: Fix, sources: SourceLookup) {
  const files = [...new Set(edits.map(({ span }) => span.file))];
  return {
    description: { text: title },
    artifactChanges: files.map((file) => ({
      artifactLocation: { uri: uriOf(file) },
      replacements: edits
        .filter(({ span }) => span.file === file)
        .map(({ span, text }) => ({ deletedRegion: regionOf(span, sources) ?? {}, insertedContent: { text } })),
    })),
  };
}

function locationOf(span: Span, sources: SourceLookup) {
  const region = regionOf(span, sources);
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(span.file) }, ...(region === null ? {} : { region }) },
  };
}

function regionOf(span: Span, sources: SourceLookup) {
  const source = sources(span.file);
  if (source === null) return null;
  const { line, column, end_line, end_column } = placeRangeOf(source, span);
  return { startLine: line, startColumn: column, endLine: end_line, endColumn: end_column };
}

/** A path as a URI reference: relative paths stay relative, so that the log holds in every checkout. */
function uriOf(file: string): string {
  return file.split(/[\\/]/).map(encodeURIComponent).join('/');
}
