import type { PlanDataset } from '../../compiler/plan/index.ts';
import { DataError } from './data-error.ts';
import { type DatasetSource, unreadable } from './dataset-rows.ts';
import { checkMalformed } from './malformed-limit.ts';
import { scanRows } from './scan-rows.ts';
import { contentHash } from './sources/content-hash.ts';
import { fetchedFiles, type HubFiles } from './sources/hub-files.ts';
import { type LocalFile, localFiles } from './sources/local-files.ts';
import { fileFormat, maximumRowBytes } from './sources/rows.ts';
import { openPart } from './token-store/open-part.ts';
import { discardStore, storeFolder, verifiedManifest } from './token-store/store-folder.ts';
import { type StoreManifest, storeKey } from './token-store/store-format.ts';
import { writeStore } from './token-store/write-store.ts';
import type { TextTokenizer } from './tokenizer/text-tokenizer.ts';
import type { PreparationProgress, PreparedDataset } from './types.ts';

export interface DatasetPreparation {
  readonly baseDirectory: string;
  /** The folder of all stores. */
  readonly stores: string;
  readonly tokenizer: TextTokenizer;
  readonly hubFiles?: HubFiles | undefined;
  readonly onProgress?: PreparationProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Times a store is made again when another process breaks or removes it meanwhile. */
const attempts = 3;

/**
 * Tokenizes one dataset, or finds its tokens in the cache. The cache's key holds the SHA-256 of every source file, computed
 * each time (1 to 2 GB/s): no change of the data is missed, whatever the file's times say.
 */
export async function prepareDataset(dataset: PlanDataset, options: DatasetPreparation): Promise<PreparedDataset> {
  const source = await hashedSource(dataset, options);
  const key = storeKey({
    files: source.files,
    tokenizer: options.tokenizer.hash,
    endOfText: options.tokenizer.endOfText,
    textColumn: dataset.text_column,
    holdoutRows: dataset.holdout_rows,
    maximumRowBytes,
  });
  const folder = storeFolder(options.stores, key);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const manifest = await verifiedManifest(folder, key, options.signal);
    if (manifest === null) {
      // At once, so that it cannot be the whole store that another process puts there meanwhile.
      discardStore(options.stores, folder);
      await makeStore(dataset, source, key, options);
    } else {
      const prepared = openPrepared(dataset, manifest, attempt === 0, options);
      if (prepared !== null) return prepared;
    }
  }
  throw new DataError(
    `dataset \`${dataset.name}\`: its tokens were written ${attempts} times and could not be read back`,
    'check the disk of the cache folder, or set `SMOL_CACHE` to another folder',
  );
}

/**
 * Files of a dataset in order, each of a known format. `hubFiles` are those of datasets on the hub; null before they are fetched,
 * when such a dataset has none yet. Throws DataError; see `localFiles`.
 */
export function datasetFiles(
  dataset: PlanDataset,
  baseDirectory: string,
  hubFiles: HubFiles | null = new Map(),
): readonly LocalFile[] {
  const owner = `dataset \`${dataset.name}\``;
  if (dataset.source.kind === 'generate') {
    throw new DataError(
      `${owner}: rows that a model writes, \`generate(…)\`, can be planned but not made yet`,
      'give local files: `source = local("data/*.jsonl")`, for example in a profile',
    );
  }
  if (dataset.chat !== undefined) {
    throw new DataError(
      `${owner}: a chat template of its own can be planned but not run yet`,
      'leave `chat` out of the dataset, and give plain text or set `chat` in the phase of post-training',
    );
  }
  if (dataset.source.kind === 'takes') {
    throw new DataError(
      `${owner}: datasets made by \`take\` can be planned but not read yet`,
      'give local files: `source = local("data/*.jsonl")`, for example in a profile',
    );
  }
  if (dataset.source.kind === 'dataset' || dataset.steps.length > 0) {
    throw new DataError(
      `${owner}: datasets derived by steps can be planned but not run yet`,
      'give local files: `source = local("data/*.jsonl")`, for example in a profile',
    );
  }
  const { source } = dataset;
  if (source.kind === 'hf' && hubFiles === null) return [];
  const files =
    source.kind === 'hf'
      ? fetchedFiles(dataset, hubFiles ?? new Map())
      : localFiles(source.paths, baseDirectory, owner);
  for (const file of files) fileFormat(file, owner);
  return files;
}

async function hashedSource(dataset: PlanDataset, options: DatasetPreparation): Promise<DatasetSource> {
  const owner = `dataset \`${dataset.name}\``;
  const files = [];
  for (const file of datasetFiles(dataset, options.baseDirectory, options.hubFiles)) {
    try {
      files.push({ ...file, sha256: await contentHash(file.path, options.signal) });
    } catch (cause) {
      options.signal?.throwIfAborted();
      throw unreadable(owner, file, cause);
    }
  }
  return { owner, files, textColumn: dataset.text_column, maximumRowBytes };
}

async function makeStore(
  dataset: PlanDataset,
  source: DatasetSource,
  key: string,
  options: DatasetPreparation,
): Promise<void> {
  const scanned = await scanRows(source, dataset.holdout_rows, options.signal);
  checkMalformed(dataset.name, scanned.malformed, dataset.max_malformed);
  if (scanned.heldOut >= scanned.usable) {
    throw new DataError(
      `dataset \`${dataset.name}\` has ${scanned.usable.toLocaleString('en-US')} usable ${scanned.usable === 1 ? 'row' : 'rows'}, and ` +
        `\`holdout = ${dataset.holdout_rows} rows\` leaves none to train on`,
      `${scanned.heldOut > dataset.holdout_rows ? 'rows equal to one that is held out are held out too: remove copies, ' : ''}hold out fewer rows, or split the documents into more rows`,
    );
  }
  const bytesTotal = source.files.reduce((sum, file) => sum + file.bytes, 0);
  const tell = (event: { documents: number; tokens: number; bytesRead: number }) =>
    options.onProgress?.({ dataset: dataset.name, ...event, bytesTotal, cached: false });
  tell({ documents: 0, tokens: 0, bytesRead: 0 });
  await writeStore(options.stores, {
    key,
    source,
    scanned,
    tokenizer: options.tokenizer,
    onProgress: tell,
    signal: options.signal,
  });
}

/** null when the store's files went away between their verification and now. */
function openPrepared(
  dataset: PlanDataset,
  manifest: StoreManifest,
  cached: boolean,
  options: DatasetPreparation,
): PreparedDataset | null {
  checkMalformed(dataset.name, manifest.malformed, dataset.max_malformed);
  const folder = storeFolder(options.stores, manifest.key);
  const { training, 'held-out': heldOut } = manifest.parts;
  const opened = openBoth(folder, manifest);
  if (opened === null) return null;
  const bytesTotal = training.tokens.bytes + heldOut.tokens.bytes;
  if (cached) {
    const documents = training.documentCount + heldOut.documentCount;
    const tokens = training.tokenCount + heldOut.tokenCount;
    options.onProgress?.({ dataset: dataset.name, documents, tokens, bytesRead: bytesTotal, bytesTotal, cached });
  }
  const contentHash = training.tokens.sha256;
  return { name: dataset.name, id: dataset.id, ...opened, contentHash, cached, malformed: manifest.malformed };
}

function openBoth(folder: string, manifest: StoreManifest): Pick<PreparedDataset, 'training' | 'heldOut'> | null {
  try {
    const training = openPart(folder, 'training', manifest);
    try {
      return { training, heldOut: openPart(folder, 'held-out', manifest) };
    } catch (error) {
      training.close();
      throw error;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
