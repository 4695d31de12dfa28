import type { Alignment } from './text-table.ts';

const rules: Readonly<Record<Alignment, string>> = { left: '---', right: '---:' };

/** A table of GitHub-flavoured Markdown; cells are taken as text, not as Markdown. */
export function markdownTable(
  head: readonly string[],
  alignments: readonly Alignment[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = [
    head.map(escapeMarkdown),
    alignments.map((each) => rules[each]),
    ...rows.map((row) => row.map(escapeMarkdown)),
  ];
  return lines.map(line).join('\n');
}

/** Text that reads in Markdown, also in a table's cell, as it stands; names in backticks become code. */
export function escapeMarkdown(text: string): string {
  const line = text.replace(/\s*[\r\n]+\s*/g, ' ');
  return line
    .split(/(`[^`]+`)/)
    .map((part, i) => (i % 2 === 1 ? part.replaceAll('|', '\\|') : escapeText(part)))
    .join('');
}

/** An underscore inside a word, and a `>` or `#` inside a line, have no meaning in GitHub's Markdown. */
function escapeText(text: string): string {
  return text.replace(/[\\`*[\]<|~]|^[>#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (mark) => `\\${mark}`);
}
