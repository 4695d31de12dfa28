import type { Comparison, TaskResult } from '../../runtime/index.ts';
import { estimateText } from './evaluation-view.ts';

export interface ComparedTask {
  readonly task: string;
  readonly first: TaskResult;
  readonly second: TaskResult;
  readonly comparison: Comparison;
}

/** Two results side by side; where settings differ, which ones. */
export function comparisonView(rows: readonly ComparedTask[], [a, b]: readonly [string, string]): string {
  const width = Math.max('task'.length, ...rows.map(({ task }) => task.length));
  const lines = [`A  ${a}`, `B  ${b}`, '', `${'task'.padEnd(width)}  ${'A'.padStart(9)}  ${'B'.padStart(9)}   B - A`];
  for (const row of rows) lines.push(...rowLines(row, width));
  lines.push('', 'better only where the difference is more than twice its standard error');
  return `${lines.join('\n')}\n`;
}

function rowLines({ task, first, second, comparison }: ComparedTask, width: number): string[] {
  if (!comparison.comparable) {
    const differences = comparison.differences.map(
      (each) => `    ${each.setting}: ${short(each.first)} in A, ${short(each.second)} in B`,
    );
    return [`${task.padEnd(width)}  not compared: the settings differ`, ...differences];
  }
  const value = (of: TaskResult) => estimateText(of.metrics[of.primary]!).value.padStart(9);
  const { difference, standard_error, better } = comparison;
  const text = estimateText({ value: difference, standard_error });
  const verdict = better === null ? 'no difference beyond the error' : `${better === 'first' ? 'A' : 'B'} is better`;
  const sign = difference > 0 ? '+' : '';
  return [`${task.padEnd(width)}  ${value(first)}  ${value(second)}   ${sign}${text.value} ${text.error}  ${verdict}`];
}

function short(text: string): string {
  return text.length > 24 ? `${text.slice(0, 21)}…` : text;
}
