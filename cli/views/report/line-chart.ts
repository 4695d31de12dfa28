import { formatCount } from '../../../compiler/index.ts';
import { exactAxis, linearAxis, placeOn } from './axis.ts';
import { type Markup, markup } from './markup.ts';
import { colorClass } from './page-style.ts';

/** A line of a chart. `color` is its number in the page's palette. */
export interface Series {
  readonly name: string;
  readonly color: number;
  readonly points: readonly (readonly [step: number, value: number])[];
}

export interface LineChartOptions {
  readonly id: string;
  readonly title: string;
  /** What a point is, what is not comparable: in a sentence or two. */
  readonly note: string;
  /** How a value is written; four figures unless given. */
  readonly yText?: (y: number) => string;
  /** Of the plot, in the units of the drawing; 720 wide. */
  readonly height?: number;
}

const width = 720;
const margin = { left: 52, right: 12, top: 10, bottom: 34 };

/** Lines over the steps, with a legend; the page's script shows the values under the pointer, or by the arrow keys. */
export function lineChart(series: readonly Series[], options: LineChartOptions): Markup {
  const { id, title, note, yText = fourFigures, height = 260 } = options;
  const points = series.flatMap((each) => each.points);
  const [x, y] = [exactAxis(points.map(([value]) => value)), linearAxis(points.map(([, value]) => value))];
  const bottom = height - margin.bottom;
  const px = placeOn(x, margin.left, width - margin.right);
  const py = placeOn(y, bottom, margin.top);
  const rows = y.ticks.map(
    (
      tick,
    ) => markup`<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${py(tick)}" y2="${py(tick)}"/>
<text class="tick" text-anchor="end" x="${margin.left - 7}" y="${py(tick) + 4}">${yText(tick)}</text>`,
  );
  const columns = x.ticks.map(
    (tick) =>
      markup`<text class="tick" text-anchor="middle" x="${px(tick)}" y="${bottom + 17}">${formatCount(tick)}</text>`,
  );
  const lines = series.map(
    ({ color, points }) =>
      markup`<polyline class="line ${colorClass(color)}" points="${points.map(([a, b]) => `${px(a)},${py(b)}`).join(' ')}"/>`,
  );
  return markup`<figure class="chart" id="${id}">
<figcaption><h3>${title}</h3><p>${note}</p></figcaption>
${legend(series)}
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" tabindex="0" data-chart="${chartData(series, px, yText)}">
${rows}
${columns}
<text class="tick" text-anchor="end" x="${width - margin.right}" y="${height - 3}">step</text>
${lines}
<line class="cursor" y1="${margin.top}" y2="${bottom}" x1="-9" x2="-9"/>
</svg>
</figure>`;
}

function legend(series: readonly Series[]): Markup {
  const items = series.map(
    ({ name, color }, i) =>
      markup`<li><span class="swatch ${colorClass(color)}"></span>${name} <output data-value="${i}"></output></li>`,
  );
  return markup`<ul class="legend">${items}<li class="place"><output data-place></output></li></ul>`;
}

/** What the script needs: every step with its place in the drawing, and its values as they are written. */
function chartData(series: readonly Series[], px: (x: number) => number, yText: (y: number) => string): string {
  const values = series.map(({ points }) => new Map(points.map(([x, y]) => [x, yText(y)])));
  const all = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  return JSON.stringify(all.map((x) => [px(x), `step ${formatCount(x)}`, ...values.map((each) => each.get(x) ?? '–')]));
}

function fourFigures(value: number): string {
  return String(Number(value.toPrecision(4)));
}
