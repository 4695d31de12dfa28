import { createSourceText } from '../source.ts';
import { catalogue, rowOf } from './catalogue/index.ts';
import type { CatalogueRow, ExampleOptions } from './catalogue-row.ts';
import { nearNames } from './near-names.ts';
import { createPaint } from './reporters/paint.ts';
import { renderDiagnostics, type TerminalOptions } from './reporters/terminal.ts';
import { wrap } from './reporters/wrap.ts';
import type { Diagnostic } from './types.ts';

/** Compiles a text as the file of that name, for a target where one is given, and returns what there is to say. */
export type CheckExample = (
  file: string,
  text: string,
  options: ExampleOptions,
  files: Readonly<Record<string, string>>,
) => Promise<readonly Diagnostic[]>;

/** A configuration that is imported is YAML. */
const exampleFile = ({ importFrom }: ExampleOptions) => (importFrom === undefined ? 'example.smol' : 'example.yaml');
/** Lines of an example that a page shows. */
const mostLines = 40;
/** A repaired example of so many lines is shown whole. */
const shortExample = 10;

/** The row of a code as people write it (`SM3001`, `sm3001`, `3001`), or the codes that come near it. */
export function findCode(written: string): { row: CatalogueRow<never> } | { row: null; near: readonly string[] } {
  const digits = /^(?:sm)?-?(\d{1,4})$/i.exec(written.trim())?.[1];
  const code = digits === undefined ? written.trim().toUpperCase() : `SM${digits.padStart(4, '0')}`;
  const row = rowOf(code);
  if (row !== null) return { row };
  const near = nearNames(
    code,
    catalogue.map((entry) => entry.code),
  );
  return { row: null, near };
}

/** The page of a code: why the rule exists, a recipe that breaks it with what is said about it, and the repaired one. */
export async function explainPage(
  row: CatalogueRow<never>,
  check: CheckExample,
  terminal: TerminalOptions,
): Promise<string> {
  const paint = createPaint(terminal.color);
  const { title, why, wrong, right } = row.explain;
  const options = row.explain.options ?? { wrong: {}, right: {} };
  const file = exampleFile(options.wrong);
  const source = createSourceText(file, wrong);
  const all = await check(file, wrong, options.wrong, row.explain.files ?? {});
  const own = all.filter((diagnostic) => diagnostic.code === row.code);
  const said = renderDiagnostics(own.slice(0, 3), (path) => (path === file ? source : null), {
    ...terminal,
    columns: terminal.columns - 2,
  });
  const heading = (text: string) => `${paint.strong(text)}\n`;
  return [
    `${paint.severity(row.severity, `${row.severity}[${row.code}]`)} ${paint.strong(title)}\n`,
    `${wrap(why, Math.min(terminal.columns, 80)).join('\n')}\n`,
    heading('This is refused:').replace('refused', row.severity === 'error' ? 'refused' : 'pointed out') +
      example(wrong, options.wrong),
    heading('with these words:') + indent(withoutPointer(said).trimEnd()),
    heading('This is accepted:') + example(changedPart(wrong, right), options.right),
  ].join('\n');
}

/** All codes with their titles, one a line. */
export function listCodes(options: TerminalOptions): string {
  const paint = createPaint(options.color);
  const lines = catalogue.map(
    (row) => `${row.code}  ${paint.severity(row.severity, row.severity.padEnd(7))}  ${row.explain.title}\n`,
  );
  return `${lines.join('')}\n${options.program ?? 'smol'} explain CODE shows the page of one\n`;
}

/** Of a long repaired example only what differs from the failing one, with the lines around it. */
function changedPart(wrong: string, right: string): string {
  const before = wrong.trimEnd().split('\n');
  const after = right.trimEnd().split('\n');
  if (wrong === right) return '...';
  if (after.length <= shortExample) return right;
  let first = 0;
  while (first < after.length && after[first] === before[first]) first += 1;
  let last = after.length;
  while (last > first && after[last - 1] === before[last - 1 + before.length - after.length]) last -= 1;
  const from = Math.max(0, first - 2);
  const to = Math.min(after.length, last + 2);
  const shown = after.slice(from, to);
  return [...(from > 0 ? ['...'] : []), ...shown, ...(to < after.length ? ['...'] : [])].join('\n');
}

function example(text: string, options: ExampleOptions): string {
  const { profile, settings = [], target, importFrom } = options;
  const words = [
    ...(target === undefined ? [] : ['--target', target, '-o', target]),
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...settings.flatMap((one) => ['--set', one]),
  ];
  const lines = text.trimEnd().split('\n');
  const command = importFrom !== undefined ? 'import' : target === undefined ? 'check' : 'compile';
  const isPlain = command === 'check' && words.length === 0;
  if (!isPlain) lines.unshift(`# smol ${[command, exampleFile(options), ...words].join(' ')}`, '');
  const shown = lines.slice(0, mostLines).map((line) => (line.length > 76 ? `${line.slice(0, 75)}\u2026` : line));
  if (lines.length > mostLines) shown.push(`... and ${lines.length - mostLines} lines more`);
  return indent(shown.join('\n'));
}

/** The page itself need not point to the page. */
function withoutPointer(rendered: string): string {
  return rendered.replace(/\n[^\n]*= [^\n]*more:[^\n]*smol explain[^\n]*(?=\n|$)/g, '').replace(/\n *\|(?=\n*$)/, '');
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `${line === '' ? '' : `  ${line}`}\n`)
    .join('');
}
