import { shortened } from '../../../compiler/index.ts';
import type { TaskVerdict } from '../../../runtime/run-folder/index.ts';
import { estimateText } from '../evaluation-view.ts';
import { linearAxis, logarithmicAxis, placeOn } from './axis.ts';
import { type Markup, markup } from './markup.ts';
import { colorClass } from './page-style.ts';

const width = 360;
const rowHeight = 22;
const margin = { left: 118, right: 16, top: 8, bottom: 24 };

/** One task: a row an arm, its value as a dot and two standard errors to each side, so that what a winner needs can be seen. */
export function scoreChart(verdict: TaskVerdict, colorOf: (arm: string) => number): Markup {
  const { task, metric, lower_is_better, results } = verdict;
  const ends = results.flatMap(({ value, standard_error: error }) => [
    value - 2 * (error ?? 0),
    value + 2 * (error ?? 0),
  ]);
  const isWide = Math.min(...ends) > 0 && Math.max(...ends) > 4 * Math.min(...ends);
  const axis = isWide ? logarithmicAxis(ends) : linearAxis(ends, 4);
  const bottom = margin.top + rowHeight * results.length;
  const px = placeOn(axis, margin.left, width - margin.right);
  const ticks = axis.ticks.map(
    (tick) => markup`<line class="grid" x1="${px(tick)}" x2="${px(tick)}" y1="${margin.top}" y2="${bottom}"/>
<text class="tick" text-anchor="middle" x="${px(tick)}" y="${bottom + 15}">${Number(tick.toPrecision(6))}</text>`,
  );
  const rows = results.map(({ arm, value, standard_error: error }, i) => {
    const y = margin.top + rowHeight * (i + 0.5);
    const isBest = arm === verdict.winner;
    const text = estimateText({ value, standard_error: error });
    return markup`<text class="tick${isBest ? ' best' : ''}" text-anchor="end" x="${margin.left - 8}" y="${y + 4}">${shortened(arm, 17)}</text>
<g class="${colorClass(colorOf(arm))}"><title>${arm}: ${text.value} ${text.error}</title>
<line class="bar" x1="${px(value - 2 * (error ?? 0))}" x2="${px(value + 2 * (error ?? 0))}" y1="${y}" y2="${y}"/>
<circle class="dot" cx="${px(value)}" cy="${y}" r="4.5"/></g>`;
  });
  const direction = lower_is_better ? 'less is better' : 'more is better';
  return markup`<figure class="score"><figcaption><h3>${task}</h3><p>${metric}, ${direction}${isWide ? '; logarithmic' : ''}</p></figcaption>
<svg viewBox="0 0 ${width} ${bottom + margin.bottom}" role="img" aria-label="${task} by arm">
${ticks}
${rows}
</svg></figure>`;
}
