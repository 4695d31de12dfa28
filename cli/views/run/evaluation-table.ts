import { formatCount } from '../../../compiler/index.ts';
import type { EvaluationLine } from '../../../runtime/index.ts';
import { estimateText } from '../evaluation-view.ts';

/** Results of a run by task, in the order of its points; within 80 columns. */
export function evaluationTable(lines: readonly EvaluationLine[]): string[] {
  if (lines.length === 0) return [];
  const tasks = [...new Set(lines.map(({ task, primary }) => `${task}  ${primary}`))];
  const points = Math.max(...lines.map(({ at }) => at.length), 'evaluation'.length) + 2;
  const row = (point: string, step: string, value: string, error: string) =>
    `    ${point.padEnd(points)}${step.padStart(11)}${value.padStart(11)}  ${error}`;
  return [
    `${'evaluation'.padEnd(points + 4)}${'step'.padStart(11)}${'value'.padStart(11)}  standard error`,
    ...tasks.flatMap((heading) => {
      const own = lines.filter(({ task, primary }) => `${task}  ${primary}` === heading);
      return [
        `  ${heading}`,
        ...own.map(({ at, step, metrics, primary }) => {
          const { value, error } = estimateText(metrics[primary]!);
          return row(at, formatCount(step), value, error);
        }),
      ];
    }),
    '',
  ];
}
