import { type Plan, phaseCursors } from '../../compiler/plan/index.ts';
import type { Batch } from '../data/types.ts';
import type { StepShape } from '../model/types.ts';
import type { RunPhase } from '../train/run-phases.ts';
import type { HeldOutPart, TrainingData } from '../train/training-data.ts';
import { countNotes } from './count-notes.ts';
import { type Example, trainedTokens } from './example.ts';
import { exampleBatch } from './example-batch.ts';
import { heldOutChunks } from './held-out-chunks.ts';
import { type Unit, unitOrder } from './unit-order.ts';

/** The examples of one dataset and the sequences that they stand in. */
export interface SftDataset {
  readonly id: string;
  readonly name: string;
  readonly examples: readonly Example[];
  /** Each the numbers of its examples. */
  readonly units: readonly (readonly number[])[];
}

/** The batches of a phase of supervised fine-tuning by step, each a pure function of plan, rows and step. */
export function createSftData(
  plan: Plan,
  { index, phase }: RunPhase,
  datasets: readonly SftDataset[],
  heldOut: readonly { readonly dataset: string; readonly examples: readonly Example[] }[],
): { readonly data: TrainingData; readonly notes: readonly string[] } {
  const byId = new Map(datasets.map((dataset) => [dataset.id, dataset]));
  const counts = new Map(datasets.map(({ id, units }) => [id, units.length]));
  const order = unitOrder(phase, plan.seed, phaseCursors(plan, index).ordinal ?? 0, counts);
  const examplesOf = (unit: Unit | null): readonly Example[] => {
    if (unit === null) return [];
    const { examples, units } = byId.get(unit.datasetId)!;
    return units[unit.unit]!.map((example) => examples[example]!);
  };
  const { sequence, attention } = phase.segments[0]!;
  const tokens = runningSum((step) =>
    order
      .unitsAt(step)
      .flatMap(examplesOf)
      .reduce((sum, example) => sum + trainedTokens(example), 0),
  );
  const data: TrainingData = {
    batchAt: (step) => exampleBatch(order.unitsAt(step).map(examplesOf), sequence, attention),
    tokensThrough: tokens,
    tokensReadBefore: (step) => tokensByDataset(step, datasets, order.unitsAt, examplesOf),
    placesAt: (step) =>
      order.unitsAt(step).flatMap((unit) => {
        if (unit === null) return [];
        const { datasetId, draw, epoch, unit: window } = unit;
        const rows = examplesOf(unit).map(({ file, line }) => `${file}:${line}`);
        return { dataset: byId.get(datasetId)!.name, datasetId, draw, epoch, window, rows };
      }),
    heldOut: heldOut.map(
      ({ dataset, examples }): HeldOutPart => ({
        dataset,
        batches: (shape) => heldOutBatches(examples, shape),
      }),
    ),
  };
  return { data, notes: countNotes(phase, counts, order) };
}

/** Trained tokens of steps 1 … step - 1 by dataset; walks them all, as it is asked for seldom. */
function tokensByDataset(
  step: number,
  datasets: readonly SftDataset[],
  unitsAt: (step: number) => readonly (Unit | null)[],
  examplesOf: (unit: Unit | null) => readonly Example[],
): ReadonlyMap<string, number> {
  const names = new Map(datasets.map(({ id, name }) => [id, name]));
  const tokens = new Map(datasets.map(({ name }) => [name, 0]));
  for (let before = 1; before < step; before++) {
    for (const unit of unitsAt(before)) {
      if (unit === null) continue;
      const name = names.get(unit.datasetId)!;
      const trained = examplesOf(unit).reduce((sum, example) => sum + trainedTokens(example), 0);
      tokens.set(name, tokens.get(name)! + trained);
    }
  }
  return tokens;
}

function* heldOutBatches(examples: readonly Example[], shape: StepShape): Generator<Batch, void> {
  for (const chunk of heldOutChunks(examples, shape.sequences)) {
    const sequences = Array.from({ length: shape.sequences }, (_, slot) => (chunk[slot] ? [chunk[slot]] : []));
    yield exampleBatch(sequences, shape.sequence, shape.attention);
  }
}

/** Sums of a step's amounts over steps 1 … step; what was summed up is kept, eight bytes a step. */
export function runningSum(amountAt: (step: number) => number): (step: number) => number {
  const sums = [0];
  return (step) => {
    while (sums.length <= step) sums.push(sums.at(-1)! + amountAt(sums.length));
    return sums[step]!;
  };
}
