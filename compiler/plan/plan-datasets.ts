import Fraction from 'fraction.js';
import type { ResolvedDataset, ResolvedTake } from '../normalize/types.ts';
import { positionOf, type SampledRun, tokensRead } from './consumption.ts';
import { exactText } from './exact.ts';
import type { PlanDataset, PlanSource } from './types.ts';

/**
 * Ids whose tokens count against each dataset, by name: its own and those of everything derived from it, in any number of
 * steps, under any name of the same id.
 */
export function readingGroups(
  datasets: readonly ResolvedDataset[],
  ids: ReadonlyMap<string, string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map<string, Set<string>>([...new Set(ids.values())].map((id) => [id, new Set([id])]));
  const parents = new Map(datasets.map(({ name, source }) => [ids.get(name)!, parentId(source.value, ids)]));
  for (const id of parents.keys()) {
    for (let parent = parents.get(id) ?? null; parent !== null; parent = parents.get(parent) ?? null) {
      groups.get(parent)!.add(id);
    }
  }
  return new Map(datasets.map(({ name }) => [name, groups.get(ids.get(name)!)!]));
}

function parentId(source: ResolvedDataset['source']['value'], ids: ReadonlyMap<string, string>): string | null {
  return source.kind === 'dataset' ? ids.get(source.dataset)! : null;
}

/** Epochs that are accepted: the limit of `repeat`, 1 for `never`. */
export function epochLimit(dataset: ResolvedDataset): number {
  return dataset.repeat.value.kind === 'never' ? 1 : dataset.repeat.value.limit;
}

/** Tokens that so many epochs of a size hold, up to a whole token. */
export function tokensOfEpochs(epochs: number, size: number): number {
  return Number(new Fraction(epochs).mul(size).ceil().valueOf());
}

/** The dataset as the plan holds it: what all phases read of it, against its size. */
export function planDataset(
  dataset: ResolvedDataset,
  run: {
    readonly ids: ReadonlyMap<string, string>;
    readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
    readonly runs: readonly SampledRun[];
    /** Where datasets run out, by name. */
    readonly runOut: ReadonlyMap<string, number>;
  },
): PlanDataset {
  const { runs } = run;
  const group = run.groups.get(dataset.name)!;
  const size = dataset.sizeTokens?.value ?? null;
  const planned = tokensRead(runs, group);
  const limit = epochLimit(dataset);
  const reached = (epochs: number) =>
    size === null || planned < tokensOfEpochs(epochs, size)
      ? null
      : (positionOf(runs, group, tokensOfEpochs(epochs, size))?.tokens ?? null);
  return {
    name: dataset.name,
    id: run.ids.get(dataset.name)!,
    domain: dataset.domain.value,
    source: planSource(dataset.source.value),
    steps: dataset.steps,
    size_tokens: size,
    size_rows: dataset.sizeRows?.value ?? null,
    text_column: dataset.textColumn.value,
    format: dataset.format,
    ...(dataset.chat === null ? {} : { chat: dataset.chat.value }),
    order: dataset.order.value,
    holdout_rows: dataset.holdoutRows.value,
    max_malformed: exactText(dataset.maxMalformed.value),
    planned_tokens: planned,
    epochs: size === null ? null : epochsText(planned, size),
    epoch_limit: limit,
    epoch_limit_at_tokens: reached(limit),
    first_exhausted_at_tokens: reached(1),
    ...planExhaustion(dataset, run.runOut.get(dataset.name) ?? null),
  };
}

/** What is planned for its end, where it is not that it is read again; `position` is where it runs out, null for nowhere. */
function planExhaustion(
  { onExhaustion }: ResolvedDataset,
  position: number | null,
): Pick<PlanDataset, 'on_exhaustion' | 'exhausted_at_tokens'> {
  const { value } = onExhaustion;
  if (value === 'repeat') return {};
  return { on_exhaustion: value, ...(position === null ? {} : { exhausted_at_tokens: position }) };
}

function planSource(source: ResolvedDataset['source']['value']): PlanSource {
  if (source.kind !== 'takes') return source;
  const takes = source.takes.map(({ dataset, amount, rows }) => ({ dataset, asked: askedOf(amount), rows }));
  return { kind: 'takes', takes };
}

function askedOf(amount: ResolvedTake['amount']): string | number {
  if (amount.unit === 'part') return exactText(amount.amount);
  return amount.unit === 'all' ? 'all' : amount.amount;
}

/** planned / size with 4 decimals, ties up. */
export function epochsText(planned: number, size: number): string {
  const scaled = (BigInt(planned) * 20_000n + BigInt(size)) / (BigInt(size) * 2n);
  const digits = scaled.toString().padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`;
}
