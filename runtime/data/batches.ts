import {
  createRunSampler,
  createWindowOrder,
  type Pick,
  type PlanDataset,
  type PlanPhase,
  type RunSamplerOptions,
  type WindowPlace,
} from '../../compiler/plan/index.ts';
import type { Batch, PreparedDataset } from './types.ts';
import { windowBatch } from './window-batch.ts';
import { windowCount, windowStart } from './windows.ts';

/** What stands at one slot of a step's batch: the sampler's pick, and where it is read. */
export interface BatchSlot extends Pick, WindowPlace {
  /** First token of the window in the dataset's training store. */
  readonly from: number;
}

/** The batches of a phase by step. Each is a pure function of (plan, step, window counts); nothing is remembered. */
export interface Batches {
  /** Every slot of a step, in order, without reading any token. Throws RangeError outside the phase. */
  slots(step: number): readonly BatchSlot[];
  /** The batch of a step (1-based). Going on from one step to the next is the quick way. */
  batch(step: number): Batch;
  /** Tokens of a dataset that the phase's steps before this one read. */
  tokensReadBefore(step: number, datasetId: string): number;
}

export interface BatchesOptions extends RunSamplerOptions {
  readonly seed: number;
  readonly phase: PlanPhase;
  /** The plan's datasets: their order (shuffled or sequential) by id. */
  readonly datasets: readonly PlanDataset[];
  readonly prepared: readonly PreparedDataset[];
}

/** Throws when a dataset that the phase reads is not prepared. */
export function createBatches(options: BatchesOptions): Batches {
  const sampler = createRunSampler(options.phase, options.seed, options);
  const orders = new Map(options.datasets.map((dataset) => [dataset.id, dataset.order]));
  const stores = new Map(options.prepared.map((dataset) => [dataset.id, dataset.training]));
  for (const { dataset_id: id } of options.phase.segments.flatMap((segment) => segment.shares)) {
    if (!stores.has(id) || !orders.has(id)) throw new Error(`dataset ${id} is not prepared`);
  }
  const place = createWindowOrder(options.seed);
  const picks = createPickReader((step) => sampler.batches(step));
  const slots = (step: number): readonly BatchSlot[] => {
    const { sequence } = sampler.segmentAt(step);
    return picks(step).map((pick) => {
      const windows = windowCount(stores.get(pick.datasetId)!.tokenCount, sequence);
      const { datasetId, draw } = pick;
      const found = place({ datasetId, draw, windows, sequence, order: orders.get(datasetId)! });
      return { ...pick, ...found, from: windowStart(found.window, sequence) };
    });
  };
  return {
    slots,
    tokensReadBefore: (step, id) => sampler.tokensReadBefore(step, id) - sampler.tokensReadBefore(1, id),
    batch(step) {
      const { sequence, attention } = sampler.segmentAt(step);
      const rows = slots(step).map(({ datasetId, from }) => ({
        store: stores.get(datasetId)!,
        from,
        length: sequence,
      }));
      return windowBatch(rows, sequence, attention);
    },
  };
}

/** The picks of any step; walks on where the step follows the last one asked for. */
function createPickReader(walkFrom: (step: number) => Iterator<readonly Pick[]>): (step: number) => readonly Pick[] {
  let walk: Iterator<readonly Pick[]> | null = null;
  let last = { step: 0, picks: [] as readonly Pick[] };
  return (step) => {
    if (step === last.step) return last.picks;
    if (walk === null || step !== last.step + 1) walk = walkFrom(step);
    const next = walk.next();
    if (next.done) throw new RangeError(`step ${step} is outside the phase`);
    last = { step, picks: next.value };
    return last.picks;
  };
}
