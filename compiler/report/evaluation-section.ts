import { wrap } from '../diagnostics/reporters/wrap.ts';
import { numberOfExact } from '../plan/exact.ts';
import type { PlanEvaluation, PlanPoint } from '../plan/types.ts';
import { formatCount, formatShare, formatTokens } from './format-number.ts';

/** Evaluations: where, what, and what is expected. */
export function evaluationLines(evaluations: readonly PlanEvaluation[], width: number): readonly string[] {
  const lines = evaluations.flatMap((evaluation) => {
    const [head, ...expected] = evaluationWords(evaluation);
    return [
      ...wrap(head!, width - 10).map((line, i) => (i === 0 ? line : `  ${line}`)),
      ...expected.flatMap((line) => wrap(line, width - 12).map((part) => `  ${part}`)),
    ];
  });
  return lines.map((line, i) => (i === 0 ? `Evaluate  ${line}` : `          ${line}`));
}

/** `base at 6T, 8T: hellaswag, gsm8k (5 shots)`, then a line for each expectation. */
export function evaluationWords({ name, points, tasks, expectations }: PlanEvaluation): readonly string[] {
  const what = tasks.map((task) => `${task.name}${task.shots === 0 ? '' : ` (${task.shots} shots)`}`).join(', ');
  const several = new Set(points.filter(({ tokens }) => tokens !== null).map(({ phase }) => phase)).size > 1;
  const where = points.map((point) => pointWords(point, several)).join(', ');
  return [
    `${name === 'evaluate' ? '' : `${name} `}at ${where}: ${what}`,
    ...expectations.map(({ metric, comparison, value, at, otherwise }) => {
      const point = at === null ? 'at every point' : `at ${pointWords(at, several)}`;
      return `expect ${metric} ${comparison} ${valueWords(value)} ${point}, else ${otherwise}`;
    }),
  ];
}

/** Tokens where the phase counts in them, else its step; of which phase, where several are measured. */
function pointWords({ phase, step, tokens }: PlanPoint, several: boolean): string {
  if (tokens === null) return `step ${formatCount(step)} of ${phase}`;
  return several ? `${formatTokens(tokens)} of ${phase}` : formatTokens(tokens);
}

/** A part of one as a percentage, as scores are given. */
function valueWords(value: string): string {
  const number = numberOfExact(value);
  return number > 0 && number <= 1 ? formatShare(number) : String(number);
}
