import path from 'node:path';
import type { Plan, PlanDataset } from '../../compiler/plan/index.ts';
import type { FetchTaskData } from '../evaluate/task/fetch-task-data.ts';
import { makeFolders } from '../run-folder/make-folders.ts';
import { DataError } from './data-error.ts';
import { datasetFiles, requireSteps } from './dataset-files.ts';
import { prepareDataset } from './prepare-dataset.ts';
import type { HubFiles } from './sources/hub-files.ts';
import { removeAbandoned } from './token-store/store-folder.ts';
import { loadTokenizer } from './tokenizer/load-tokenizer.ts';
import type { TextTokenizer } from './tokenizer/text-tokenizer.ts';
import type { PreparationProgress, PreparedDataset } from './types.ts';
import { checkFillsWindow } from './windows.ts';

export interface PreparationOptions {
  /** The folder that the plan's paths are relative to. */
  readonly baseDirectory: string;
  /** The per-user cache; tokens go to `tokens/` in it. */
  readonly cacheDirectory: string;
  /** Loaded from the plan when it is not given. */
  readonly tokenizer?: TextTokenizer;
  /** Of datasets on the hub. */
  readonly hubFiles?: HubFiles;
  /** Of evaluation tasks on the hub that datasets are decontaminated against. */
  readonly taskData?: FetchTaskData;
  readonly onProgress?: PreparationProgress;
  readonly signal?: AbortSignal;
}

/**
 * Makes the data of a plan ready to train on: every dataset that a segment reads, once per id, tokenized and stored, in the
 * order of the plan's datasets. Close the stores when the run ends. A second call with the same data reads the cache.
 * Throws DataError (see `datasetFiles`, `loadTokenizer`, `checkMalformed`, `checkFillsWindow`) or the signal's reason.
 */
export async function prepareDatasets(plan: Plan, options: PreparationOptions): Promise<readonly PreparedDataset[]> {
  const used = usedDatasets(plan);
  for (const dataset of used) {
    requireSteps(dataset, plan.datasets, options.baseDirectory);
    datasetFiles(dataset, plan.datasets, options.baseDirectory, options.hubFiles);
  }
  const tokenizer = options.tokenizer ?? loadTokenizer(plan.tokenizer, options.baseDirectory);
  checkVocabulary(plan, tokenizer);
  const stores = storesFolder(options.cacheDirectory);
  const prepared: PreparedDataset[] = [];
  try {
    for (const dataset of used) {
      options.signal?.throwIfAborted();
      prepared.push(await prepareDataset(dataset, { ...options, plan, stores, tokenizer }));
      checkWindows(plan, dataset, prepared.at(-1)!);
    }
    return prepared;
  } catch (error) {
    closeDatasets(prepared);
    throw asDataError(error, stores);
  }
}

/** Closes the stores of prepared datasets. */
export function closeDatasets(datasets: readonly PreparedDataset[]): void {
  for (const { training, heldOut } of datasets) {
    training.close();
    heldOut.close();
  }
}

/** Datasets that some segment reads, the first of each id. */
function usedDatasets(plan: Plan): readonly PlanDataset[] {
  const ids = new Set(plan.phases.flatMap((phase) => phase.segments.flatMap(({ shares }) => shares)).map(idOf));
  return plan.datasets.filter((dataset) => ids.delete(dataset.id));
}

function idOf(share: { readonly dataset_id: string }): string {
  return share.dataset_id;
}

function checkVocabulary(plan: Plan, tokenizer: TextTokenizer): void {
  if (tokenizer.vocabularySize <= plan.model.vocab) return;
  const count = (value: number) => value.toLocaleString('en-US');
  throw new DataError(
    `the tokenizer has ${count(tokenizer.vocabularySize)} tokens, but the model's \`vocab\` is ${count(plan.model.vocab)}`,
    `set \`vocab = ${tokenizer.vocabularySize}\` or more in \`model\`, or use a smaller tokenizer`,
  );
}

function checkWindows(plan: Plan, dataset: PlanDataset, prepared: PreparedDataset): void {
  const segments = plan.phases.flatMap((phase) => phase.segments);
  for (const { shares, sequence } of segments) {
    if (shares.some((share) => share.dataset_id === dataset.id)) {
      checkFillsWindow(dataset.name, prepared.training.tokenCount, sequence);
    }
  }
}

function storesFolder(cacheDirectory: string): string {
  const stores = path.join(cacheDirectory, 'tokens');
  try {
    makeFolders(stores);
    removeAbandoned(stores, Date.now());
  } catch (error) {
    throw asDataError(error, stores);
  }
  return stores;
}

/** A refusal of the file system (no space, no permission) as a named error; other errors as they are. */
function asDataError(error: unknown, stores: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof DataError || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return error;
  return new DataError(
    `the token cache \`${stores}\` cannot be used (${code})`,
    'free some space, or set `SMOL_CACHE` to a folder that can be written',
    { cause: error },
  );
}
