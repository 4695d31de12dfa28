import { formatCount } from '../../compiler/index.ts';
import type { Estimate, EvaluationDocument, TaskResult } from '../../runtime/index.ts';

/** A model's results as a table of 80 columns: the metric that counts of each task, with its standard error. */
export function evaluationView({ model, results }: EvaluationDocument): string {
  const step = model.step === null ? '' : `, step ${formatCount(model.step)}`;
  const lines = [
    `${model.name}${step}  (${formatCount(model.parameters)} parameters)`,
    '',
    ...resultTable(results),
    ...results.filter(({ truncated }) => truncated > 0).map(cutLine),
  ];
  return `${lines.join('\n')}\n`;
}

/** Header and a row a task; other metrics of a task in brief below it. */
export function resultTable(results: readonly TaskResult[]): string[] {
  const width = Math.max('task'.length, ...results.map(({ task }) => Math.min(24, task.length)));
  const metricWidth = Math.max('metric'.length, ...results.map(({ primary }) => primary.length));
  const row = (task: string, shots: string, items: string, metric: string, value: string, error: string) =>
    `${task.padEnd(width)}  ${shots.padStart(5)}  ${items.padStart(7)}  ${metric.padEnd(metricWidth)}  ${value.padStart(8)}  ${error}`.trimEnd();
  return [
    row('task', 'shots', 'items', 'metric', 'value', 'standard error'),
    ...results.map(({ task, settings, items, primary, metrics }) => {
      const { value, error } = estimateText(metrics[primary]!);
      return row(task, String(settings.shots ?? '-'), formatCount(items), primary, value, error);
    }),
  ];
}

/** Four figures; of an error two. */
export function estimateText({ value, standard_error: error }: Estimate): {
  readonly value: string;
  readonly error: string;
} {
  const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 10 ? 2 : 4;
  return { value: value.toFixed(digits), error: error === null ? '-' : `± ${error.toFixed(digits)}` };
}

function cutLine({ task, truncated, items }: TaskResult): string {
  return `note: ${task}: the beginning of ${formatCount(truncated)} of ${formatCount(items)} prompts was cut to the context`;
}
