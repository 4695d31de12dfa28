import { type Plan, phaseCursors, type RunSamplerOptions } from '../../compiler/plan/index.ts';
import { createBatches } from '../data/batches.ts';
import { prefetchedBatches } from '../data/prefetched-batches.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { PreparedDataset } from '../data/types.ts';
import { unigramEntropy } from '../data/unigram-entropy.ts';
import { windowCount } from '../data/windows.ts';
import type { DataRecord } from '../run-folder/data-record.ts';
import type { PreparedTuning } from '../tuning/prepared-tuning.ts';
import { heldOutBatchLimit } from './held-out-batch-limit.ts';
import { heldOutSample } from './held-out-sample.ts';
import type { RunPhase } from './run-phases.ts';
import { tokensThrough } from './step-position.ts';
import type { TrainingData } from './training-data.ts';

/** The data of a phase as the loop reads it, from what was prepared. */
export function trainingDataOf(
  plan: Plan,
  { index, phase }: Pick<RunPhase, 'index' | 'phase'>,
  prepared: readonly PreparedDataset[],
  cursors: RunSamplerOptions = phaseCursors(plan, index),
): TrainingData {
  const source = { seed: plan.seed, phase, datasets: plan.datasets, prepared, ...cursors };
  const read = new Set(phase.segments.flatMap(({ shares }) => shares.map(({ dataset_id }) => dataset_id)));
  const batches = prefetchedBatches(createBatches(source));
  // Its own reader: asking what stands in a batch must not disturb the walk of the prefetching one.
  const places = createBatches(source);
  const names = new Map(prepared.map(({ id, name }) => [id, name]));
  return {
    batchAt: (step) => batches.batch(step),
    tokensThrough: (step) => tokensThrough(phase, step),
    placesAt: (step) =>
      places.slots(step).map(({ datasetId, draw, epoch, window }) => ({
        dataset: names.get(datasetId)!,
        datasetId,
        draw,
        epoch,
        window,
      })),
    tokensReadBefore: (step) => new Map([...read].map((id) => [names.get(id)!, places.tokensReadBefore(step, id)])),
    heldOut: prepared
      .filter(({ id }) => read.has(id))
      .map(({ name, heldOut }) => ({
        dataset: name,
        batches: (shape) => heldOutSample(heldOut, shape, heldOutBatchLimit(plan.model, shape, read.size)),
      })),
  };
}

/** What `data.json` says of the prepared data. */
export function dataRecordOf(
  plan: Plan,
  prepared: readonly PreparedDataset[],
  tokenizer: TextTokenizer,
  tunings: ReadonlyMap<number, PreparedTuning> = new Map(),
): DataRecord {
  const rows = [...tunings.values()].flatMap(({ records }) => records);
  return {
    format: 1,
    tokenizer: tokenizer.hash,
    datasets: prepared.map((dataset) => ({
      name: dataset.name,
      id: dataset.id,
      training_tokens: dataset.training.tokenCount,
      training_documents: dataset.training.documentCount,
      held_out_tokens: dataset.heldOut.tokenCount,
      held_out_documents: dataset.heldOut.documentCount,
      windows: windowsBySequence(plan, dataset),
      content_hash: dataset.contentHash,
      unigram_entropy: unigramEntropy(dataset.training, plan.model.vocab),
      malformed: dataset.malformed,
      ...(dataset.steps.length === 0 ? {} : { steps: dataset.steps }),
    })),
    ...(rows.length === 0 ? {} : { rows }),
  };
}

function windowsBySequence(plan: Plan, { id, training }: PreparedDataset): Record<string, number> {
  const segments = plan.phases.flatMap((phase) => phase.segments);
  const read = segments.filter(({ shares }) => shares.some(({ dataset_id }) => dataset_id === id));
  return Object.fromEntries(read.map(({ sequence }) => [sequence, windowCount(training.tokenCount, sequence)]));
}
