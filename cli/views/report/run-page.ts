import { formatCount, formatTokens } from '../../../compiler/index.ts';
import type { ReportedRun } from '../../../runtime/run-folder/index.ts';
import { estimateText } from '../evaluation-view.ts';
import { curves } from './curves.ts';
import { heldOutTable } from './held-out-table.ts';
import { lineChart } from './line-chart.ts';
import { type Markup, markup } from './markup.ts';
import { page } from './page.ts';
import { scrollTable } from './scroll-table.ts';

/** The report of one run: how far it is, its evaluations, and its curves. */
export function runPage(run: ReportedRun): string {
  const { name, plan, metrics } = run;
  const profile = plan.profile === null ? '' : `, profile ${plan.profile}`;
  const steps = plan.phases.reduce((sum, phase) => sum + phase.steps, 0);
  const done = metrics.at(-1)?.step ?? 0;
  return page(`${name}: run of ${plan.recipe}`, [
    markup`<h1>${name}</h1>
<p class="soft">${plan.recipe}${profile} · ${formatTokens(plan.model.parameters)} parameters · plan ${plan.hash.slice(0, 8)}</p>
<p class="lead">${formatCount(done)} of ${formatCount(steps)} steps, in ${plan.phases.map((phase) => phase.name).join(', ')}.</p>`,
    ...evaluationTable(run),
    markup`<h2>Curves</h2>`,
    ...curves([run], ''),
    ...heldOutCurves(run),
    ...heldOutTable([run]),
  ]);
}

/** Points by tasks. */
function evaluationTable({ evaluations }: ReportedRun): readonly Markup[] {
  if (evaluations.length === 0) return [];
  const tasks = [...new Map(evaluations.map((line) => [line.task, line.primary]))];
  const points = [...new Map(evaluations.map((line) => [`${line.at} ${line.step}`, line])).values()];
  const rows = points.map(({ at, step }) => {
    const cells = tasks.map(([task]) => {
      const line = evaluations.find((each) => each.task === task && each.at === at && each.step === step);
      if (line === undefined) return markup`<td>–</td>`;
      const { value, error } = estimateText(line.metrics[line.primary]!);
      return markup`<td>${value}<small>${error}</small></td>`;
    });
    return markup`<tr><th scope="row">${at}<small>step ${formatCount(step)}</small></th>${cells}</tr>`;
  });
  const heads = tasks.map(([task, metric]) => markup`<th scope="col">${task}<small>${metric}</small></th>`);
  return [
    markup`<h2>Evaluations</h2>
${scrollTable('at', heads, rows)}`,
  ];
}

function heldOutCurves({ heldOut }: ReportedRun): readonly Markup[] {
  const datasets = [...new Set(heldOut.map(({ dataset }) => dataset))];
  const series = datasets.map((name, color) => ({
    name,
    color,
    points: heldOut.filter(({ dataset }) => dataset === name).map(({ step, loss }) => [step, loss] as const),
  }));
  if (!series.some(({ points }) => points.length > 1)) return [];
  return [
    lineChart(series, {
      id: 'held-out',
      title: 'Held-out loss',
      note: 'In nats per token, a line a dataset.',
    }),
  ];
}
