import type { TaskVerdict } from '../../../runtime/run-folder/index.ts';
import { estimateText } from '../evaluation-view.ts';
import { type Markup, markup } from './markup.ts';
import { scrollTable } from './scroll-table.ts';

/** Arms by tasks: value and standard error, the winner of a task marked, or the arms that tie. */
export function scoreTable(verdicts: readonly TaskVerdict[], arms: readonly string[]): Markup {
  const heads = verdicts.map(
    ({ task, metric, lower_is_better }) =>
      markup`<th scope="col">${task}<small>${metric} ${lower_is_better ? '↓' : '↑'}</small></th>`,
  );
  const rows = arms.map(
    (arm) => markup`<tr><th scope="row">${arm}</th>${verdicts.map((verdict) => cell(verdict, arm))}</tr>`,
  );
  return markup`${scrollTable('arm', heads, rows)}
<p class="soft">↓ less is better, ↑ more is better; ± is one standard error of the task's items. An arm is <b>best</b> where it leads every
other by more than twice the standard error of the difference; arms that are not told apart from the best so are a tie.</p>`;
}

function cell({ results, winner, tied }: TaskVerdict, arm: string): Markup {
  const result = results.find((each) => each.arm === arm);
  if (result === undefined) return markup`<td>–<small>not measured</small></td>`;
  const { value, error } = estimateText(result);
  const mark = arm === winner ? ' · best' : tied.includes(arm) ? ' · tie' : '';
  return markup`<td${{ html: arm === winner ? ' class="best"' : '' }}>${value}<small>${error}${mark}</small></td>`;
}
