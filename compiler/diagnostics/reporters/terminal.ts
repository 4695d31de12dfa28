import type { Span } from '../../../grammar/index.ts';
import { placeAt, type SourceText } from '../../source.ts';
import type { Diagnostic } from '../types.ts';
import { previewFix } from './fix-preview.ts';
import { drawFrame, type FrameStyle, gutterBar } from './frame.ts';
import { type Mark, marksOf } from './frame-marks.ts';
import { createPaint, type Paint } from './paint.ts';
import { printable } from './printable.ts';
import { wrap } from './wrap.ts';

/** Gives the source of a file by the path that spans carry; null when it cannot be shown. */
export type SourceLookup = (file: string) => SourceText | null;

export interface TerminalOptions {
  /** Width of the screen in columns. */
  readonly columns: number;
  readonly color: boolean;
  /** How the program is called on this screen: `smol`, or `npx smol` in a checkout. */
  readonly program?: string;
}

/** Diagnostics beyond this number are counted, not drawn. */
const mostDiagnostics = 100;

/**
 * Draws diagnostics one below the other, a blank line after each. The line that points to `smol explain` is given with the
 * first of each code only.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: SourceLookup,
  options: TerminalOptions,
): string {
  const pointedTo = new Set<string>();
  let text = '';
  for (const diagnostic of diagnostics.slice(0, mostDiagnostics)) {
    const more = !pointedTo.has(diagnostic.code);
    pointedTo.add(diagnostic.code);
    text += `${renderDiagnostic(diagnostic, sources, { ...options, more })}\n`;
  }
  const left = diagnostics.length - mostDiagnostics;
  if (left > 0) text += `and ${left} more (${options.program ?? 'smol'} check --format json lists all)\n\n`;
  return text;
}

/** Draws one diagnostic; every line ends with a line feed. `more` adds the line that points to `smol explain`. */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  sources: SourceLookup,
  { columns, color, program = 'smol', more = true }: TerminalOptions & { readonly more?: boolean },
): string {
  const width = Math.min(Math.max(columns, 40), 120);
  const paint = createPaint(color);
  const places = placesByFile(diagnostic, sources);
  const style: FrameStyle = { gutter: gutterWidth(places), width, severity: diagnostic.severity, paint };
  const rows = [...headRows(diagnostic, width, paint)];
  places.forEach((place, index) => {
    rows.push(`${' '.repeat(style.gutter)}${paint.frame(index === 0 ? '-->' : ':::')} ${whereOf(place)}`);
    if (place.source === null || place.marks.length === 0) return;
    rows.push(gutterBar(style), ...drawFrame(place.source, place.marks, style));
  });
  const remarks = remarkRows(diagnostic, sources, style, { program, more });
  if (remarks.length > 0) rows.push(gutterBar(style), ...remarks);
  return `${rows.join('\n')}\n`;
}

function headRows(diagnostic: Diagnostic, width: number, paint: Paint): readonly string[] {
  const title = `${diagnostic.severity}[${diagnostic.code}]:`;
  const [first, ...others] = wrap(`${title} ${printable(diagnostic.message)}`, width);
  const words = first!.slice(title.length);
  return [
    paint.severity(diagnostic.severity, title) + paint.strong(words),
    ...others.map((line) => `  ${paint.strong(line)}`),
  ];
}

interface FilePlaces {
  readonly span: Span;
  readonly source: SourceText | null;
  readonly marks: readonly Mark[];
}

/** The spans of a diagnostic by file: the file of the primary span first. */
function placesByFile(diagnostic: Diagnostic, sources: SourceLookup): readonly FilePlaces[] {
  const spans = [
    { span: diagnostic.span, label: diagnostic.label ?? '', primary: true },
    ...diagnostic.related.map((related) => ({ ...related, primary: false })),
  ];
  return [...new Set(spans.map(({ span }) => span.file))].map((file) => {
    const source = sources(file);
    const own = spans.filter(({ span }) => span.file === file);
    const marks =
      source === null ? [] : own.flatMap(({ span, label, primary }) => marksOf(source, span, label, primary));
    return { span: own[0]!.span, source, marks };
  });
}

function gutterWidth(places: readonly FilePlaces[]): number {
  const lines = places.flatMap(({ marks }) => marks.map((mark) => mark.line));
  return String(Math.max(1, ...lines)).length;
}

function whereOf({ span, source }: FilePlaces): string {
  if (source === null) return printable(span.file);
  const { line, column } = placeAt(source, span.start);
  return `${printable(span.file)}:${line}:${column}`;
}

/** Notes, help with the fix, and where to read more. */
function remarkRows(
  diagnostic: Diagnostic,
  sources: SourceLookup,
  style: FrameStyle,
  { program, more }: { readonly program: string; readonly more: boolean },
): readonly string[] {
  const { fix } = diagnostic;
  const rows = diagnostic.notes.flatMap((note) => remark('note', note, style));
  const help = diagnostic.help ?? fix?.title ?? null;
  if (help !== null) {
    const command = fix === null ? '' : ` (\`${program} check --fix${fix.safe ? '' : ' --unsafe'}\`)`;
    rows.push(...remark('help', help + command, style));
  }
  const source = fix?.edits[0] === undefined ? null : sources(fix.edits[0].span.file);
  if (fix !== null && source !== null) rows.push(...previewFix(source, fix, style));
  if (more) rows.push(...remark('more', `${program} explain ${diagnostic.code}`, style));
  return rows;
}

function remark(kind: string, text: string, style: FrameStyle): readonly string[] {
  const indent = ' '.repeat(style.gutter + 1);
  const [first, ...others] = wrap(printable(text), style.width - style.gutter - kind.length - 5);
  const head = `${indent}${style.paint.frame('=')} ${style.paint.strong(`${kind}:`)} ${first}`;
  return [head, ...others.map((line) => `${indent}${' '.repeat(kind.length + 4)}${line}`)];
}
