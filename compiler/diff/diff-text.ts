import { createPaint } from '../diagnostics/reporters/paint.ts';
import { printableDocument } from '../diagnostics/reporters/printable-document.ts';
import { wrap } from '../diagnostics/reporters/wrap.ts';
import { foldItems } from '../report/fold-items.ts';
import { tableLines } from '../report/text-table.ts';
import { marks, reasonOf, titleOf, valuesOf } from './describe-change.ts';
import { describeConclusion, describeEffect } from './describe-effect.ts';
import { formatConsequence, formatTotal } from './format-value.ts';
import type { Change, PlanDiff } from './types.ts';
import { warningsOf } from './warnings-of.ts';

export interface DiffTextOptions {
  /** Width of the screen; at least 80 are used, at most 120. */
  readonly columns: number;
  readonly color: boolean;
}

/** A difference for people: what `smol diff` prints. It shows what is in the tree and nothing else. */
export function renderDiffText(written: PlanDiff, options: DiffTextOptions): string {
  const diff = printableDocument(written);
  const width = Math.min(120, Math.max(80, options.columns));
  const { strong } = createPaint(options.color);
  const sections = [
    [strong(headText(diff))],
    diff.changes.flatMap((change) => changeLines(change, width, strong)),
    wrap(describeConclusion(diff), width),
    diff.changes.length === 0 ? [] : closingLines(diff, width),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n');
}

function headText({ old, new: next }: PlanDiff): string {
  const name = (side: PlanDiff['old']) => side.recipe + (side.profile === null ? '' : ` (profile ${side.profile})`);
  const names = name(old) === name(next) ? name(next) : `${name(old)} → ${name(next)}`;
  const [before, after] = [old.hash.slice(0, 8), next.hash.slice(0, 8)];
  return `${names}   ${before === after ? `plan ${after}` : `plan ${before} → ${after}`}`;
}

/** A change with its lines below it; where they have different effects, each says its own. */
function changeLines(change: Change, width: number, strong: (text: string) => string): readonly string[] {
  const { children, effect } = change;
  const alike = children.every((child) => sameEffect(child, change));
  const head = [titleOf(change), headValues(change), ...factsOf(change), alike ? describeEffect(effect) : ''];
  const [first, ...others] = foldItems(nonEmpty(head), '   ', width - 4).flatMap((line) => wrapLong(line, width - 4));
  const rows = children.map((child) => [
    childTitle(child),
    valuesOf(child),
    ...nonEmpty([...factsOf(child), alike ? '' : describeEffect(child.effect)]),
  ]);
  return [
    `${marks[change.action]} ${strong(titleOf(change))}${first!.slice(titleOf(change).length)}`,
    ...others.map((line) => `    ${line}`),
    ...childLines(rows, width),
  ];
}

/** A stage's range stands in its head, unless a line below says how it changed. */
function headValues(change: Change): string {
  if (change.children.some(({ name }) => name === 'range')) return '';
  return valuesOf(change);
}

/** Names and values in columns, consequences after them; where those are too wide, each line is folded by itself. */
function childLines(rows: readonly (readonly string[])[], width: number): readonly string[] {
  const table = tableLines(
    rows.map(([title, values]) => [title!, values!]),
    ['left', 'left'],
  );
  const indent = Math.max(0, ...table.map((line) => line.length)) + 3;
  if (indent + leastFacts > width - 4) return rows.flatMap((row) => foldedRow(row, width));
  return rows.flatMap(([, , ...facts], i) => {
    const line = `    ${table[i]!}`;
    if (facts.length === 0) return [line];
    const folded = foldItems(facts, '   ', width - 4 - indent);
    return folded.map((part, j) => (j === 0 ? line.padEnd(4 + indent) : ' '.repeat(4 + indent)) + part);
  });
}

/** Columns that consequences need beside names and values. */
const leastFacts = 30;

function foldedRow([title, values, ...facts]: readonly string[], width: number): readonly string[] {
  const lines = foldItems([`${title!}  ${values!}`, ...facts], '   ', width - 8);
  return lines.flatMap((line) => wrapLong(line, width - 8)).map((line, i) => (i === 0 ? '    ' : '        ') + line);
}

/** A line that is too wide, broken at spaces; others as they are, their columns kept. */
function wrapLong(line: string, width: number): readonly string[] {
  return line.length <= width ? [line] : wrap(line, width);
}

function childTitle(child: Change): string {
  const was = child.old_name === null ? '' : ` (was \`${child.old_name}\`)`;
  return `${child.action === 'added' ? '+ ' : child.action === 'removed' ? '- ' : ''}${child.name}${was}`;
}

function factsOf(change: Change): readonly string[] {
  return [...change.consequences.map(formatConsequence), reasonOf(change)];
}

function nonEmpty(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => text !== '');
}

function sameEffect(a: Change, b: Change): boolean {
  return a.effect.class === b.effect.class && a.effect.from_step === b.effect.from_step;
}

function closingLines({ totals, counts, diagnostics, changes }: PlanDiff, width: number): readonly string[] {
  const shown = totals.filter(({ quantity, old, new: next }) => old !== next || quantity !== 'checkpoint_bytes');
  const added = diagnostics.added.map(({ code, severity, message }) => `new ${severity} ${code}: ${message}`);
  return [
    ...foldItems([`Totals: ${formatTotal(shown[0]!)}`, ...shown.slice(1).map(formatTotal)], ' · ', width),
    ...[...warningsOf(changes).map((text) => `warning: ${text}`), ...added].flatMap((text) => wrap(text, width)),
    countsText(counts, diagnostics),
  ];
}

function countsText(counts: PlanDiff['counts'], { added, gone }: PlanDiff['diagnostics']): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  const of = (severity: string, list: typeof added) => list.filter((each) => each.severity === severity).length;
  const diagnostics = (['warning', 'note'] as const).flatMap((severity) => [
    ...(of(severity, added) === 0 ? [] : [count(of(severity, added), `new ${severity}`)]),
    ...(of(severity, gone) === 0 ? [] : [`${count(of(severity, gone), severity)} gone`]),
  ]);
  const unchanged = [
    ...(counts.unchanged_stages === 0 ? [] : [count(counts.unchanged_stages, 'stage')]),
    ...(counts.unchanged_datasets === 0 ? [] : [count(counts.unchanged_datasets, 'dataset')]),
  ];
  const folded = unchanged.length === 0 ? '' : ` (unchanged: ${unchanged.join(', ')})`;
  return [count(counts.changes, 'change'), ...diagnostics].join(', ') + folded;
}
