import { displayWidth, tableLines, wrap } from '../../../compiler/index.ts';
import type { AblationReport, TaskVerdict } from '../../../runtime/index.ts';
import { armsLength } from '../arms-length.ts';
import { estimateText } from '../evaluation-view.ts';
import { verdictText } from '../verdict-text.ts';

const columns = 80;

/** The arms of an ablation side by side: a table of every task with standard errors, and the winner of each; within 80 columns. */
export function ablationView(report: AblationReport, folder: string): string {
  const { ablation, arms, verdicts, missing } = report;
  const measured = verdicts.filter(({ results }) => results.length > 0);
  const lines = [
    `ablation ${ablation}   ${arms.length} arms of ${armsLength(arms)} each${placesText(measured)}`,
    '',
    ...tables(measured, arms),
    ...(measured.length === 0 ? [] : [...verdictLines(measured), '']),
    ...(verdicts.length === 0 ? ['nothing compares the arms: an `evaluate` block in the ablation does', ''] : []),
    ...(missing.length > 0 ? [`not measured yet: ${missing.join(', ')}`] : []),
    `arms  ${folder}`,
  ];
  return `${lines.join('\n')}\n`;
}

function placesText(verdicts: readonly TaskVerdict[]): string {
  const places = [...new Set(verdicts.map(({ at }) => at))];
  return places.length === 0 ? '' : ` · compared at ${places.join(', ')}`;
}

interface Column {
  /** Two lines of its head, then a cell an arm. */
  readonly cells: readonly string[];
  readonly width: number;
}

/** As many tasks side by side as fit, then the next ones below. */
function tables(verdicts: readonly TaskVerdict[], arms: AblationReport['arms']): string[] {
  const names = arms.map(({ name }) => name);
  const nameWidth = Math.max(...names.map(displayWidth), 'less is better'.length);
  const rows: Column[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const verdict of verdicts) {
    const column = columnOf(verdict, names);
    if (used + column.width + 2 > columns) {
      rows.push([]);
      used = nameWidth;
    }
    rows.at(-1)!.push(column);
    used += column.width + 2;
  }
  const blank = ' '.repeat(nameWidth);
  const lineNames = [blank, blank, ...names];
  return rows.flatMap((row) => {
    const lines = lineNames.map((name, i) => [name, ...row.map(({ cells }) => cells[i]!)]);
    const alignments = lines[0]!.map(() => 'left' as const);
    return [...tableLines(lines, alignments), ''];
  });
}

function columnOf(
  { task, metric, lower_is_better, results, winner, tied }: TaskVerdict,
  names: readonly string[],
): Column {
  const scores = names.map((name) => {
    const result = results.find(({ arm }) => arm === name);
    if (result === undefined) return '–';
    const { value, error } = estimateText(result);
    return `${value} ${error}${name === winner ? ' best' : tied.includes(name) ? ' tie' : ''}`;
  });
  const cells = [task, `${metric.replace(/\/.*/, '')} ${lower_is_better ? '↓' : '↑'}`, ...scores];
  return { cells, width: Math.max(...cells.map(displayWidth)) };
}

function verdictLines(verdicts: readonly TaskVerdict[]): string[] {
  return verdicts.flatMap((verdict) => {
    const [first, ...rest] = verdictText(verdict);
    return [
      ...wrap(`${verdict.task}: ${first}`, columns - 2).map((line, i) => (i === 0 ? line : `  ${line}`)),
      ...rest.map((line) => `  ${line}`),
    ];
  });
}

/** The result of `--format json`: no time and no absolute path. */
export function ablationDocument({ folder: _, ...report }: AblationReport, folder: string): string {
  return `${JSON.stringify({ ...report, folder }, null, 2)}\n`;
}
