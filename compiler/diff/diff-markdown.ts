import { printableDocument } from '../diagnostics/reporters/printable-document.ts';
import { marks, reasonOf, titleOf, valuesOf } from './describe-change.ts';
import { describeConclusion, describeEffect } from './describe-effect.ts';
import { formatConsequence, formatTotal } from './format-value.ts';
import type { Change, PlanDiff } from './types.ts';
import { warningsOf } from './warnings-of.ts';

/** A difference as a Markdown table, for a pull request: a line for each change, with its consequence and its class. */
export function renderDiffMarkdown(written: PlanDiff): string {
  const diff = printableDocument(written);
  const { old, new: next, changes, totals, diagnostics } = diff;
  const name = old.recipe === next.recipe ? next.recipe : `${old.recipe} → ${next.recipe}`;
  const rows = changes.flatMap((change) => [
    rowOf(change, ''),
    ...change.children.map((child) => rowOf(child, '&emsp;')),
  ]);
  const table =
    rows.length === 0 ? [] : ['| change | value | consequence | class |', '| --- | --- | --- | --- |', ...rows, ''];
  const added = [
    ...warningsOf(changes).map((text) => `- warning: ${escaped(text)}`),
    ...diagnostics.added.map(({ code, severity, message }) => `- new ${severity} ${code}: ${escaped(message)}`),
  ];
  return [
    `### ${escaped(name)}: plan ${old.hash.slice(0, 8)} → ${next.hash.slice(0, 8)}`,
    '',
    ...table,
    describeConclusion(diff),
    ...(changes.length === 0 ? [] : ['', `Totals: ${totals.map(formatTotal).join(' · ')}`]),
    ...(added.length === 0 ? [] : ['', ...added]),
    '',
  ].join('\n');
}

function rowOf(change: Change, indent: string): string {
  const facts = [...change.consequences.map(formatConsequence), reasonOf(change)].filter((text) => text !== '');
  const title = `${indent}${marks[change.action]} ${indent === '' ? titleOf(change) : change.name}`;
  const effect = change.children.length === 0 ? describeEffect(change.effect) : '';
  return `| ${[title, valuesOf(change), facts.join(', '), effect].map(escaped).join(' | ')} |`;
}

/** What a table or a name would take for markup. */
function escaped(text: string): string {
  return text.replace(/[|\\<]/g, (mark) => `\\${mark}`).replaceAll('\n', ' ');
}
