import { formatLearningRate } from '../../../compiler/index.ts';
import type { ReportedRun, StepMetrics } from '../../../runtime/run-folder/index.ts';
import { lineChart, type Series } from './line-chart.ts';
import type { Markup } from './markup.ts';
import { metricPoints, stepsPerPoint } from './metric-series.ts';

/** Metrics that are drawn where the steps have them, in this order. */
const drawn: readonly { readonly metric: keyof StepMetrics; readonly title: string; readonly note: string }[] = [
  { metric: 'loss', title: 'Training loss', note: 'In nats, on what each trains on.' },
  {
    metric: 'rewards/accuracies',
    title: 'Preferred answers',
    note: 'Part of the pairs whose chosen answer has the greater reward.',
  },
  { metric: 'rewards/margins', title: 'Reward margin', note: 'Reward of the chosen answer less that of the rejected.' },
  { metric: 'learning_rate', title: 'Learning rate', note: '' },
];

/** Curves over the steps, a line a run. `remark` is added to what is said of the loss. */
export function curves(runs: readonly ReportedRun[], remark: string): readonly Markup[] {
  const meanOver = stepsPerPoint(runs);
  return drawn.flatMap(({ metric, title, note }) => {
    const all = runs.map(({ name, metrics }, color) => ({
      name,
      color,
      points: metricPoints(metrics, metric, meanOver),
    }));
    const series = metric === 'learning_rate' ? withoutRepeats(all) : all.filter(({ points }) => points.length > 0);
    if (series.length === 0) return [];
    const mean = meanOver === 1 || metric === 'learning_rate' ? '' : `Each point is the mean of ${meanOver} steps.`;
    const said = [note, metric === 'loss' ? remark : '', mean].filter((text) => text !== '').join(' ');
    return [
      lineChart(series, {
        id: `curve-${metric.replace(/\W/g, '-')}`,
        title,
        note: said,
        ...(metric === 'learning_rate' ? { yText: formatLearningRate, height: 150 } : {}),
      }),
    ];
  });
}

/** One line where all are the same, which is what equal footing looks like. */
function withoutRepeats(series: readonly Series[]): readonly Series[] {
  const known = series.filter(({ points }) => points.length > 0);
  const longest = known.reduce<Series | null>(
    (most, each) => (each.points.length > (most?.points.length ?? 0) ? each : most),
    null,
  );
  if (longest === null) return [];
  const text = JSON.stringify(longest.points).slice(0, -1);
  const isPrefix = ({ points }: Series) => text.startsWith(JSON.stringify(points).slice(0, -1));
  return known.every(isPrefix)
    ? [{ ...longest, name: known.length === 1 ? longest.name : 'every arm', color: 7 }]
    : known;
}
