/** A scale of a chart: where a value lies between 0 and 1, and the values that are written beside it. */
export interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From the least to the greatest value, widened to round ticks. */
export function linearAxis(values: readonly number[], wanted = 5): Axis {
  const [low, high] = range(values);
  const step = roundStep((high - low) / wanted);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  const [from, to] = [ticks[0]!, ticks.at(-1)!];
  return { at: (value) => (value - from) / (to - from), ticks };
}

/** From the least to the greatest value, neither widened: an axis of steps ends where the run does. */
export function exactAxis(values: readonly number[], wanted = 6): Axis {
  const [low, high] = range(values);
  const { ticks } = linearAxis([low, high], wanted);
  return { at: (value) => (value - low) / (high - low), ticks: ticks.filter((tick) => tick >= low && tick <= high) };
}

/** Of positive values that lie apart by factors. */
export function logarithmicAxis(values: readonly number[]): Axis {
  const [low, high] = range(values.map(Math.log10));
  const all = [1, 2, 5].flatMap((digit) =>
    Array.from({ length: 24 }, (_, i) => digit * 10 ** (i - 8)).filter((tick) => isWithin(Math.log10(tick), low, high)),
  );
  return { at: (value) => (Math.log10(value) - low) / (high - low), ticks: all.sort((a, b) => a - b) };
}

/** The place of a value in a drawing where the axis goes between two coordinates, to a tenth. */
export function placeOn({ at }: Axis, from: number, to: number): (value: number) => number {
  return (value) => Math.round((from + at(value) * (to - from)) * 10) / 10;
}

function isWithin(value: number, low: number, high: number): boolean {
  return value >= low - 1e-9 && value <= high + 1e-9;
}

function range(values: readonly number[]): readonly [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (!(high >= low)) return [0, 1];
  return high > low
    ? [low, high]
    : [low - Math.max(0.5, Math.abs(low) / 10), high + Math.max(0.5, Math.abs(high) / 10)];
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= least * (1 - 1e-9))!;
}
