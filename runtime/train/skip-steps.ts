import { addSkip, readSkips, type SkipRecord, skipOf } from '../run-folder/skip-record.ts';
import type { TrainingData } from './training-data.ts';

/** What is known when a skip is decided; the data that it leaves out is counted here. */
export type Skip = Omit<SkipRecord, 'datasets'>;

/**
 * Records a skip of steps of one phase in `skips.json`, with the tokens of each dataset that it newly leaves out. `data` is
 * the phase's, and `before` the run's steps before it.
 */
export async function recordSkip(path: string, data: TrainingData, before: number, skip: Skip): Promise<SkipRecord> {
  const tokens = new Map<string, number>();
  for (const [first, last] of newRanges(readSkips(path), skip)) {
    const read = data.tokensReadBefore(first - before);
    for (const [dataset, through] of data.tokensReadBefore(last + 1 - before)) {
      tokens.set(dataset, (tokens.get(dataset) ?? 0) + through - (read.get(dataset) ?? 0));
    }
  }
  const datasets = [...tokens].filter(([, count]) => count > 0).map(([dataset, count]) => ({ dataset, tokens: count }));
  const record = { ...skip, datasets };
  await addSkip(path, record);
  return record;
}

/** The stretches of a skip's steps that no earlier record holds. */
function newRanges(earlier: readonly SkipRecord[], { first, last }: Skip): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (let step = first; step <= last; ) {
    const known = skipOf(earlier, step);
    if (known !== null) {
      step = known.last + 1;
      continue;
    }
    const next = earlier.filter((other) => other.first > step).map((other) => other.first - 1);
    const end = Math.min(last, ...next);
    ranges.push([step, end]);
    step = end + 1;
  }
  return ranges;
}
