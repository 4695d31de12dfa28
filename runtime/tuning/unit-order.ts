import Fraction from 'fraction.js';
import { createRunSampler, createWindowOrder, type PlanPhase } from '../../compiler/plan/index.ts';

/** What stands at one place of a step's batch: a row, a packed sequence or a pair of a dataset. */
export interface Unit {
  readonly datasetId: string;
  /** 0-based count of the dataset's units since the phase's start. */
  readonly draw: number;
  readonly epoch: number;
  readonly unit: number;
}

export interface UnitOrder {
  /** The units of a step's batch (1-based step); null where the rows have come to their end. At least one is none. */
  unitsAt(step: number): readonly (Unit | null)[];
  /** Units that the phase reads of each dataset's, over all steps. */
  readonly read: number;
  /** Units that its epochs have beyond what the steps read, or, below 0, lack. */
  readonly beyond: number;
}

/**
 * The order of a post-training phase: each epoch a permutation of its own of every unit, nothing dropped; several datasets by
 * exact shares. `counts`: units by dataset id. The plan's steps stand whatever was counted: where rows are fewer than planned,
 * the steps read on in a further epoch, and where the last batch has places left at the end, they stay empty.
 */
export function unitOrder(
  phase: PlanPhase,
  seed: number,
  ordinal: number,
  counts: ReadonlyMap<string, number>,
): UnitOrder {
  const sampler = createRunSampler(phase, seed, { ordinal });
  const place = createWindowOrder(seed);
  const { steps, epochs } = phase;
  const { batch_sequences: batch, sequence } = phase.segments[0]!;
  const places = steps * batch;
  const single = counts.size === 1 && epochs !== null ? [...counts.values()][0]! : null;
  const wanted = single === null ? places : Number(new Fraction(epochs!).mul(single).ceil().valueOf());
  const read = wanted <= places - batch ? places : Math.min(wanted, places);
  return {
    read,
    beyond: wanted - places <= -batch || wanted > places ? wanted - places : 0,
    unitsAt(step) {
      return Array.from({ length: batch }, (_, slot): Unit | null => {
        const { datasetId, draw } = sampler.pick(step, slot);
        if (single !== null && draw >= read) return null;
        const windows = counts.get(datasetId)!;
        const { epoch, window } = place({ datasetId, draw, windows, sequence, order: 'shuffled' });
        return { datasetId, draw, epoch, unit: window };
      });
    },
  };
}
