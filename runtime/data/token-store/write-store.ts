import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder, withFile } from '../../run-folder/durable-file.ts';
import { type DatasetSource, datasetRows } from '../dataset-rows.ts';
import type { StepRecord } from '../derive/step-record.ts';
import type { ScannedRows } from '../scan-rows.ts';
import type { TextTokenizer } from '../tokenizer/text-tokenizer.ts';
import { createEncodeQueue } from './encode-queue.ts';
import { createPartWriter, type PartWriter } from './part-writer.ts';
import { moveIntoPlace, storeFolder, temporaryFolder } from './store-folder.ts';
import { manifestName, manifestText, type StoreManifest, storeVersion, tokenBytesOf } from './store-format.ts';

/** What a store is made from. */
export interface StoreWork {
  readonly key: string;
  readonly source: DatasetSource;
  readonly scanned: ScannedRows;
  /** What became of rows at the steps of a derived dataset; empty for others. */
  readonly steps: readonly StepRecord[];
  readonly tokenizer: TextTokenizer;
  readonly onProgress?: (event: { documents: number; tokens: number; bytesRead: number }) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tokenizes a dataset into the store of its key. The store's folder is at every moment absent or whole: files are written to
 * a temporary folder, synced, the manifest last, and the folder is renamed. A failure removes the temporary folder.
 */
export async function writeStore(stores: string, work: StoreWork): Promise<void> {
  const temporary = temporaryFolder(stores, work.key);
  const tokenBytes = tokenBytesOf(work.tokenizer.vocabularySize);
  const training = createPartWriter(temporary, 'training', tokenBytes, work.tokenizer.endOfText);
  const heldOut = createPartWriter(temporary, 'held-out', tokenBytes, work.tokenizer.endOfText);
  try {
    await tokenize(work, training, heldOut);
    const manifest: StoreManifest = {
      version: storeVersion,
      key: work.key,
      tokenBytes,
      files: work.source.files.map((file) => file.name),
      parts: { training: training.finish(), 'held-out': heldOut.finish() },
      malformed: work.scanned.malformed,
      ...(work.steps.length === 0 ? {} : { steps: work.steps }),
    };
    await withFile(join(temporary, manifestName), 'wx', async (file) => {
      await file.writeFile(manifestText(manifest));
      await file.sync();
    });
    await syncFolder(temporary);
    moveIntoPlace(temporary, storeFolder(stores, work.key));
    await syncFolder(stores);
  } finally {
    training.abandon();
    heldOut.abandon();
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Second pass: the usable rows, in order, to the part that they belong to. */
async function tokenize(work: StoreWork, training: PartWriter, heldOut: PartWriter): Promise<void> {
  let documents = 0;
  const queue = createEncodeQueue(work.tokenizer, (placed, tokens) => {
    (placed.heldOut ? heldOut : training).add(tokens, placed.file, placed.line);
    documents++;
  });
  let reported = 0;
  const report = (bytesRead: number) => {
    if (documents === reported) return;
    reported = documents;
    work.onProgress?.({ documents, tokens: training.tokenCount() + heldOut.tokenCount(), bytesRead });
  };
  for await (const { row, before, isSelected } of datasetRows(work.source, work.signal)) {
    if (row.text === null || !isSelected) continue;
    await queue.add({ text: row.text, file: row.file, line: row.line, heldOut: work.scanned.holdout(row.text) });
    report(before + row.end);
    work.signal?.throwIfAborted();
  }
  await queue.finish();
  report(work.source.files.reduce((sum, file) => sum + file.bytes, 0));
}
