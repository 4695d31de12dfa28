import type { MetricsLine, StepMetrics } from '../../../runtime/run-folder/index.ts';
import type { Series } from './line-chart.ts';

/** Points of a line at most: more would not be told apart. */
const mostPoints = 160;

/** A metric of a run's steps as points (step, value); where there are many steps, each is the mean of `meanOver` of them. */
export function metricPoints(
  metrics: readonly MetricsLine[],
  metric: keyof StepMetrics,
  meanOver: number,
): Series['points'] {
  const known = metrics.flatMap((line): readonly (readonly [number, number])[] => {
    const value = 'skipped' in line ? null : line[metric];
    return typeof value === 'number' && Number.isFinite(value) ? [[line.step, value]] : [];
  });
  const groups = Array.from({ length: Math.ceil(known.length / meanOver) }, (_, i) =>
    known.slice(i * meanOver, (i + 1) * meanOver),
  );
  return groups.map((group) => [group.at(-1)![0], group.reduce((sum, [, value]) => sum + value, 0) / group.length]);
}

/** Steps that a point stands for, the same for all lines of a chart. */
export function stepsPerPoint(runs: readonly { readonly metrics: readonly MetricsLine[] }[]): number {
  return Math.max(1, Math.ceil(Math.max(0, ...runs.map(({ metrics }) => metrics.length)) / mostPoints));
}
