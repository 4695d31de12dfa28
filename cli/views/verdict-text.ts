import type { TaskVerdict } from '../../runtime/run-folder/index.ts';
import { estimateText } from './evaluation-view.ts';

/** What a task says of the arms of an ablation, in one clause or two. */
export function verdictText({ winner, lead, results, tied }: TaskVerdict): readonly string[] {
  if (results.length === 0) return ['not measured yet'];
  if (results.length === 1) return ['one arm alone, nothing to compare'];
  if (lead === null) return ['the settings of the arms differ, not compared'];
  const { value, error } = estimateText(lead);
  const by = `${value.replace('-', '')} ${error}`;
  return winner === null
    ? [`a tie of ${tied.join(', ')}`, `the best leads by ${by}, within twice its standard error`]
    : [`${winner} wins, ${by} ahead of the next`];
}
