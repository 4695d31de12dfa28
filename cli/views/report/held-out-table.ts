import { formatCount } from '../../../compiler/index.ts';
import type { ReportedRun } from '../../../runtime/run-folder/index.ts';
import { type Markup, markup } from './markup.ts';
import { scrollTable } from './scroll-table.ts';

/** The last held-out loss of every dataset, by run; empty where nothing was held out. */
export function heldOutTable(runs: readonly ReportedRun[]): readonly Markup[] {
  const datasets = [...new Set(runs.flatMap(({ heldOut }) => heldOut.map(({ dataset }) => dataset)))];
  if (datasets.length === 0) return [];
  const lossOf = ({ heldOut }: ReportedRun, name: string) => heldOut.findLast(({ dataset }) => dataset === name);
  const rows = runs.map((run) => {
    const cells = datasets.map((name) => {
      const last = lossOf(run, name);
      if (last === undefined) return markup`<td>–</td>`;
      return markup`<td>${last.loss.toFixed(3)}<small>step ${formatCount(last.step)}</small></td>`;
    });
    return markup`<tr><th scope="row">${run.name}</th>${cells}</tr>`;
  });
  const heads = datasets.map((name) => markup`<th scope="col">${name}</th>`);
  return [
    markup`<h2>Held-out loss</h2>
<p class="soft">In nats per token, on rows that no run trains on; measured where a run reads the dataset.</p>
${scrollTable('', heads, rows)}`,
  ];
}
