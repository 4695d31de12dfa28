import { displayWidth, formatCount, formatTokens, wrap } from '../../../compiler/index.ts';
import type { AblationReport, TaskVerdict } from '../../../runtime/index.ts';
import { estimateText } from '../evaluation-view.ts';

const columns = 80;

/** The arms of an ablation side by side: a table of every task with standard errors, and the winner of each; within 80 columns. */
export function ablationView(report: AblationReport, folder: string): string {
  const { ablation, arms, verdicts, missing } = report;
  const measured = verdicts.filter(({ results }) => results.length > 0);
  const lines = [
    `ablation ${ablation}   ${arms.length} arms of ${lengthText(arms)} each${placesText(measured)}`,
    '',
    ...tables(measured, arms),
    ...(measured.length === 0 ? [] : [...verdictLines(measured), '']),
    ...(verdicts.length === 0 ? ['nothing compares the arms: an `evaluate` block in the ablation does', ''] : []),
    ...(missing.length > 0 ? [`not measured yet: ${missing.join(', ')}`] : []),
    `arms  ${folder}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** `20 steps, 640 tokens`; where arms read sets of unlike sizes, from the fewest steps to the most. */
function lengthText(arms: AblationReport['arms']): string {
  const steps = arms.map((arm) => arm.steps);
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  const tokens = arms[0]?.tokens ?? null;
  const range = least === most ? formatCount(most) : `${formatCount(least)} to ${formatCount(most)}`;
  return `${range} steps${tokens === null ? '' : `, ${formatTokens(tokens)} tokens`}`;
}

function placesText(verdicts: readonly TaskVerdict[]): string {
  const places = [...new Set(verdicts.map(({ at }) => at))];
  return places.length === 0 ? '' : ` · compared at ${places.join(', ')}`;
}

interface Column {
  readonly head: readonly string[];
  /** By arm. */
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
  return rows.flatMap((row) => {
    const line = (first: string, cell: (column: Column) => string) =>
      `${padded(first, nameWidth)}${row.map((column) => `  ${padded(cell(column), column.width)}`).join('')}`.trimEnd();
    return [
      line('', ({ head }) => head[0]!),
      line('', ({ head }) => head[1]!),
      ...names.map((name, i) => line(name, ({ cells }) => cells[i]!)),
      '',
    ];
  });
}

function columnOf(
  { task, metric, lower_is_better, results, winner, tied }: TaskVerdict,
  names: readonly string[],
): Column {
  const cells = names.map((name) => {
    const result = results.find(({ arm }) => arm === name);
    if (result === undefined) return '–';
    const { value, error } = estimateText(result);
    return `${value} ${error}${name === winner ? ' best' : tied.includes(name) ? ' tie' : ''}`;
  });
  const head = [task, `${metric.replace(/\/.*/, '')} ${lower_is_better ? '↓' : '↑'}`];
  return { head, cells, width: Math.max(...[...head, ...cells].map(displayWidth)) };
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

function verdictText({ winner, lead, results, tied }: TaskVerdict): string[] {
  if (results.length < 2) return ['one arm alone, nothing to compare'];
  if (lead === null) return ['the settings of the arms differ, not compared'];
  const { value, error } = estimateText(lead);
  const by = `${value.replace('-', '')} ${error}`;
  return winner === null
    ? [`a tie of ${tied.join(', ')}`, `the best leads by ${by}, within twice its standard error`]
    : [`${winner} wins, ${by} ahead of the next`];
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** The result of `--format json`: no time and no absolute path. */
export function ablationDocument({ folder: _, ...report }: AblationReport, folder: string): string {
  return `${JSON.stringify({ ...report, folder }, null, 2)}\n`;
}
