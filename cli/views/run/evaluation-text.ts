import { formatCount } from '../../../compiler/index.ts';
import type { EvaluationEvent } from '../../../runtime/index.ts';
import { estimateText } from '../evaluation-view.ts';

/** A result as it comes, or an expectation that was not met, in a line. */
export function evaluationText(event: Exclude<EvaluationEvent, { kind: 'evaluating' }>): string {
  if (event.kind === 'evaluated') {
    const { at, step, task, primary, metrics } = event.line;
    const { value, error } = estimateText(metrics[primary]!);
    return `evaluated ${task} at ${at} (step ${formatCount(step)})  ${primary} ${value} ${error}`;
  }
  const { evaluation, task, comparison, expected, value, at, step, otherwise } = event.missed;
  const expectation = `expect ${task} ${comparison} ${expected}`;
  const what = `evaluation \`${evaluation}\`: ${expectation} at ${at} (step ${formatCount(step)}), and it is ${value.toPrecision(4)}`;
  return otherwise === 'stop' ? `the run stops: ${what}` : `warning: ${what}`;
}
