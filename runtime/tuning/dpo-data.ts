import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { type Plan, phaseCursors } from '../../compiler/plan/index.ts';
import type { Batch } from '../data/types.ts';
import type { StepShape } from '../model/types.ts';
import type { StoredReference } from '../run-folder/stored-reference.ts';
import type { PreferenceSide } from '../train/program.ts';
import type { RunPhase } from '../train/run-phases.ts';
import type { HeldOutPart, TrainingData } from '../train/training-data.ts';
import { countNotes } from './count-notes.ts';
import { trainedTokens } from './example.ts';
import { exampleBatch } from './example-batch.ts';
import { hashExamples } from './hash-examples.ts';
import { heldOutChunks } from './held-out-chunks.ts';
import type { Pair } from './pair.ts';
import { runningSum } from './sft-data.ts';
import { type Unit, unitOrder } from './unit-order.ts';

/** The pairs of one dataset. */
export interface PairSet {
  readonly id: string;
  readonly name: string;
  readonly pairs: readonly Pair[];
}

/** A pair, with the reference model's log-likelihoods of its answers once these are computed. */
interface Entry extends Pair {
  reference: readonly [number, number] | null;
}

/** The batches of a phase of preference learning by step, each a pure function of plan, rows, step and the reference model. */
export function createDpoData(
  plan: Plan,
  { index, phase }: RunPhase,
  datasets: readonly PairSet[],
  heldOut: readonly { readonly dataset: string; readonly pairs: readonly Pair[] }[],
): { readonly data: TrainingData; readonly notes: readonly string[] } {
  const entriesOf = (pairs: readonly Pair[]): Entry[] => pairs.map((pair) => ({ ...pair, reference: null }));
  const byId = new Map(datasets.map(({ id, name, pairs }) => [id, { name, entries: entriesOf(pairs) }]));
  const counts = new Map(datasets.map(({ id, pairs }) => [id, pairs.length]));
  const order = unitOrder(phase, plan.seed, phaseCursors(plan, index).ordinal ?? 0, counts);
  const entryOf = (unit: Unit | null) => (unit === null ? null : byId.get(unit.datasetId)!.entries[unit.unit]!);
  const { sequence } = phase.segments[0]!;
  const parts = heldOut.map(({ dataset, pairs }) => ({ dataset, entries: entriesOf(pairs) }));
  const tokensAt = (step: number) => order.unitsAt(step).reduce((sum, unit) => sum + pairTokens(entryOf(unit)), 0);
  const data: TrainingData = {
    batchAt: (step) => pairBatch(order.unitsAt(step).map(entryOf), sequence),
    tokensThrough: runningSum(tokensAt),
    tokensReadBefore(step) {
      const tokens = new Map(datasets.map(({ name }) => [name, 0]));
      for (let before = 1; before < step; before++) {
        for (const unit of order.unitsAt(before)) {
          if (unit === null) continue;
          const { name } = byId.get(unit.datasetId)!;
          tokens.set(name, tokens.get(name)! + pairTokens(entryOf(unit)));
        }
      }
      return tokens;
    },
    placesAt: (step) =>
      order.unitsAt(step).flatMap((unit) => {
        if (unit === null) return [];
        const { datasetId, draw, epoch, unit: window } = unit;
        const { file, line } = entryOf(unit)!.chosen;
        return { dataset: byId.get(datasetId)!.name, datasetId, draw, epoch, window, rows: [`${file}:${line}`] };
      }),
    heldOut: parts.map(
      ({ dataset, entries }): HeldOutPart => ({
        dataset,
        batches: (shape) => heldOutBatches(entries, shape),
      }),
    ),
    prepareReference: (preference, shape, stored, interrupted) =>
      prepareReference({ preference, shape, stored, interrupted }, [
        ...[...byId.values()].flatMap(({ entries }) => entries),
        ...parts.flatMap(({ entries }) => entries),
      ]),
  };
  return { data, notes: countNotes(phase, counts, order) };
}

function pairTokens(pair: Pair | null): number {
  return pair === null ? 0 : trainedTokens(pair.chosen) + trainedTokens(pair.rejected);
}

/** The two answers of a pair follow each other; a place without a pair is padding. */
function pairBatch(entries: readonly (Entry | null)[], sequence: number): Batch {
  const sequences = entries.flatMap((entry) => (entry === null ? [[], []] : [[entry.chosen], [entry.rejected]]));
  const batch = exampleBatch(sequences, sequence, 'full');
  if (!entries.some((entry) => entry?.reference)) return batch;
  return { ...batch, reference: Float32Array.from(entries.flatMap((entry) => entry?.reference ?? [0, 0])) };
}

function* heldOutBatches(entries: readonly Entry[], { sequences, sequence }: StepShape): Generator<Batch, void> {
  for (const chunk of heldOutChunks(entries, sequences / 2)) yield pairBatch(filled(chunk, sequences / 2), sequence);
}

interface ReferenceWork {
  readonly preference: PreferenceSide;
  readonly shape: StepShape;
  readonly stored: StoredReference;
  readonly interrupted: AbortSignal;
}

/** Takes the log-likelihoods that were stored, or computes them all and stores them; false when it was interrupted. */
async function prepareReference(work: ReferenceWork, entries: readonly Entry[]): Promise<boolean> {
  const hash = hashExamples(entries.flatMap(({ chosen, rejected }) => [chosen, rejected]));
  const known = work.stored.read(hash, 2 * entries.length);
  if (known === null) {
    if (!(await computeReference(work, entries))) return false;
    await work.stored.write(hash, Float32Array.from(entries.flatMap(({ reference }) => reference!)));
    return true;
  }
  for (const [i, entry] of entries.entries()) entry.reference = [known[2 * i]!, known[2 * i + 1]!];
  return true;
}

/** Log-likelihoods of every answer by the model as it is now, in batches of the shape; false when it was interrupted. */
async function computeReference(
  { preference, shape, interrupted }: ReferenceWork,
  entries: readonly Entry[],
): Promise<boolean> {
  const size = shape.sequences / 2;
  for (let start = 0; start < entries.length; start += size) {
    await eventLoopTurn();
    if (interrupted.aborted) return false;
    const chunk = entries.slice(start, start + size);
    const logps = await preference.logps(shape, pairBatch(filled(chunk, size), shape.sequence));
    for (const [i, entry] of chunk.entries()) entry.reference = [logps[2 * i]!, logps[2 * i + 1]!];
  }
  return true;
}

function filled(chunk: readonly Entry[], size: number): readonly (Entry | null)[] {
  return Array.from({ length: size }, (_, i) => chunk[i] ?? null);
}
