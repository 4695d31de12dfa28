import { formatCount, formatTokens } from '../../../compiler/index.ts';
import type { AblationReport, TaskVerdict } from '../../../runtime/index.ts';
import { estimateText } from '../evaluation-view.ts';

/** The arms of an ablation side by side, task by task; within 80 columns. */
export function ablationView(report: AblationReport, folder: string): string {
  const { ablation, arms, verdicts, missing } = report;
  const [{ steps, tokens } = { steps: 0, tokens: null }] = arms;
  const length = tokens === null ? '' : `, ${formatTokens(tokens)} tokens`;
  const lines = [
    `ablation ${ablation}   ${arms.length} arms of ${formatCount(steps)} steps${length} each`,
    '',
    ...verdicts.filter(({ results }) => results.length > 0).flatMap((verdict) => verdictLines(verdict, report)),
    ...(verdicts.length === 0 ? ['nothing compares the arms: an `evaluate` block in the ablation does', ''] : []),
    ...(missing.length > 0 ? [`not measured yet: ${missing.join(', ')}`] : []),
    `arms  ${folder}`,
  ];
  return `${lines.join('\n')}\n`;
}

function verdictLines(verdict: TaskVerdict, { arms }: AblationReport): string[] {
  const { task, metric, at, results, winner } = verdict;
  const width = Math.max(...arms.map(({ name }) => name.length));
  return [
    `${task}  ${metric} at ${at}`,
    ...results.map(({ arm, ...estimate }) => {
      const { value, error } = estimateText(estimate);
      return `  ${arm.padEnd(width)}  ${value.padStart(9)} ${error}${arm === winner ? '  best' : ''}`.trimEnd();
    }),
    `  ${verdictText(verdict)}`,
    '',
  ];
}

function verdictText({ winner, lead, results }: TaskVerdict): string {
  if (results.length < 2) return 'one arm alone: nothing to compare';
  if (lead === null) return 'the settings of the arms differ: not compared';
  const { value, error } = estimateText(lead);
  const by = `${value.replace('-', '')} ${error}`;
  return winner === null
    ? `no winner: the lead of ${by} is within twice its standard error`
    : `${winner} wins: ${by} ahead of the next`;
}

/** The result of `--format json`: no time and no absolute path. */
export function ablationDocument({ folder: _, ...report }: AblationReport, folder: string): string {
  return `${JSON.stringify({ ...report, folder }, null, 2)}\n`;
}
