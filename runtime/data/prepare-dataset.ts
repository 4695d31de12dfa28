import type { PlanDataset } from '../../compiler/plan/index.ts';
import { DataError } from './data-error.ts';
import type { DataScope } from './data-scope.ts';
import { checkMalformed } from './malformed-limit.ts';
import { scanRows } from './scan-rows.ts';
import { maximumRowBytes } from './sources/rows.ts';
import { openTextSource, type TextSource } from './text-source.ts';
import { openPart } from './token-store/open-part.ts';
import { discardStore, storeFolder, verifiedManifest } from './token-store/store-folder.ts';
import { type StoreManifest, storeKey } from './token-store/store-format.ts';
import { writeStore } from './token-store/write-store.ts';
import type { TextTokenizer } from './tokenizer/text-tokenizer.ts';
import type { PreparationProgress, PreparedDataset } from './types.ts';

export interface DatasetPreparation extends DataScope {
  /** The folder of all stores. */
  readonly stores: string;
  readonly tokenizer: TextTokenizer;
  readonly onProgress?: PreparationProgress | undefined;
}

/** Times a store is made again when another process breaks or removes it meanwhile. */
const attempts = 3;

/**
 * Tokenizes one dataset, or finds its tokens in the cache. The cache's key holds the SHA-256 of every source file, computed
 * each time (1 to 2 GB/s): no change of the data is missed, whatever the file's times say.
 */
export async function prepareDataset(dataset: PlanDataset, options: DatasetPreparation): Promise<PreparedDataset> {
  const source = await openTextSource(dataset, options);
  const key = storeKey({
    files: source.files,
    tokenizer: options.tokenizer.hash,
    endOfText: options.tokenizer.endOfText,
    textColumn: dataset.text_column,
    holdoutRows: dataset.holdout_rows,
    maximumRowBytes,
    derivation: source.derivation,
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

async function makeStore(
  dataset: PlanDataset,
  opened: TextSource,
  key: string,
  options: DatasetPreparation,
): Promise<void> {
  const selection = await opened.select();
  const source = { ...opened, ...(selection && { selection }) };
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
    steps: selection?.records ?? [],
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
  return {
    name: dataset.name,
    id: dataset.id,
    ...opened,
    contentHash,
    cached,
    malformed: manifest.malformed,
    steps: manifest.steps ?? [],
  };
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
