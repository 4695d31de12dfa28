import type { Plan } from '../../compiler/plan/index.ts';
import { closeDatasets, prepareDatasets } from '../data/prepare-datasets.ts';
import { loadTokenizer } from '../data/tokenizer/load-tokenizer.ts';
import type { PreparationProgress } from '../data/types.ts';
import { type HubAccess, hubAccess } from '../hub/hub-access.ts';
import { taskDataOf } from '../train/hub-task-data.ts';
import { dataRecordOf } from '../train/plan-data.ts';
import { requireRunnable } from '../train/require-runnable.ts';
import { openRunSources } from '../train/run-sources.ts';
import { prepareTunings } from '../tuning/prepare-tunings.ts';
import { type LockedData, lockedDataOf } from './locked-data.ts';
import { templateHashes } from './template-hashes.ts';

export interface LockOptions {
  /** The folder that the plan's paths are relative to; absolute. */
  readonly recipeFolder: string;
  /** The per-user cache (tokens). */
  readonly cacheFolder: string;
  readonly onProgress?: PreparationProgress;
  readonly signal: AbortSignal;
  /** How the hub is reached; as the environment says unless given. */
  readonly hub?: HubAccess;
}

/**
 * Reads the data of a plan as a run would, without an engine, and counts it. Throws what a run throws for data that is not
 * there or cannot be read.
 */
export async function readDataToLock(plan: Plan, options: LockOptions): Promise<LockedData> {
  const { recipeFolder: baseDirectory, cacheFolder: cacheDirectory, onProgress, signal } = options;
  const phases = requireRunnable(plan, baseDirectory);
  const hub = options.hub ?? hubAccess();
  const taskData = taskDataOf(plan, phases, baseDirectory);
  const where = { recipeFolder: baseDirectory, cacheFolder: cacheDirectory, recorded: [], hub, taskData };
  const sources = await openRunSources(plan, phases, where);
  const { source, folder } = sources.tokenizer;
  const hubFiles = sources.datasets;
  const tokenizer = loadTokenizer(source, folder);
  const observed = onProgress ? { onProgress } : {};
  const preparation = {
    taskData: sources.taskData,
    baseDirectory,
    cacheDirectory,
    hubFiles,
    tokenizer,
    signal,
    ...observed,
  };
  const datasets = await prepareDatasets(plan, preparation);
  try {
    const scope = { plan, baseDirectory, hubFiles, taskData: sources.taskData, signal };
    const tunings = await prepareTunings({ ...plan, tokenizer: source }, phases, tokenizer, scope, folder);
    const record = dataRecordOf(plan, datasets, tokenizer, tunings);
    return lockedDataOf(record, templateHashes(source, folder), sources.commits);
  } finally {
    closeDatasets(datasets);
  }
}
