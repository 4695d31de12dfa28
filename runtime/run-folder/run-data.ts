import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openPart } from '../data/token-store/open-part.ts';
import { readStoreManifest, storeFolder, verifiedManifest } from '../data/token-store/store-folder.ts';
import { loadTokenizer } from '../data/tokenizer/load-tokenizer.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { TokenStore } from '../data/types.ts';
import { windowStart } from '../data/windows.ts';
import { runFolderTokenizer } from '../train/tokenizer-files.ts';
import { type DatasetRecord, readDataRecord } from './data-record.ts';
import { readEdits } from './plan-edits.ts';
import { runFolderAt } from './run-folder.ts';
import { readSkips, type SkipRecord, skipOf } from './skip-record.ts';

/** A stretch of a window that comes from one document. */
export interface WindowPart {
  /** Relative to the recipe's folder. */
  readonly file: string;
  /** 1-based line of a `.jsonl`; 1 for a `.txt`. */
  readonly line: number;
  readonly tokens: number;
  /** As the tokenizer decodes it, the end of text written out. */
  readonly text: string;
}

/** The data of a run: what it counted, and its tokens where the cache still holds them. */
export interface RunData {
  /** The last step that was computed by an earlier plan than the run's, which differs there; 0 when there is none. */
  readonly otherPlanThrough: number;
  /** The record that skips a step of the run; null when it trains it. */
  skipOf(step: number): SkipRecord | null;
  /** Training windows of a length; null for a dataset or a length that the run does not read. */
  windows(datasetId: string, sequence: number): number | null;
  /** The documents and the text of a window; null when its tokens are not in the cache any more. */
  readWindow(datasetId: string, window: number, sequence: number): Promise<readonly WindowPart[] | null>;
}

/** Opens the data of a run's folder. Throws `RunError` when the folder has no data record. */
export function openRunData(path: string, cacheFolder: string): RunData {
  const folder = runFolderAt(path);
  const records = new Map(readDataRecord(folder.data).datasets.map((dataset) => [dataset.id, dataset]));
  const skips = readSkips(folder.skips);
  const forced = readEdits(folder).filter((edit) => edit.forced);
  return {
    otherPlanThrough: Math.max(0, ...forced.map(({ step }) => step)),
    skipOf: (step) => skipOf(skips, step),
    windows: (datasetId, sequence) => records.get(datasetId)?.windows[String(sequence)] ?? null,
    async readWindow(datasetId, window, sequence) {
      const record = records.get(datasetId);
      const store = record && (await openStore(join(cacheFolder, 'tokens'), record));
      if (!store) return null;
      try {
        return await windowParts(store, windowStart(window, sequence), sequence, tokenizerOf(path));
      } finally {
        store.close();
      }
    },
  };
}

function tokenizerOf(path: string): TextTokenizer {
  return loadTokenizer(runFolderTokenizer, path);
}

/** The store whose training tokens have the hash that the run recorded, verified; null when the cache has none. */
async function openStore(stores: string, { content_hash }: DatasetRecord): Promise<TokenStore | null> {
  if (!existsSync(stores)) return null;
  for (const key of readdirSync(stores)) {
    const folder = storeFolder(stores, key);
    if (readStoreManifest(folder)?.parts.training.tokens.sha256 !== content_hash) continue;
    const manifest = await verifiedManifest(folder, key);
    if (manifest !== null) return openPart(folder, 'training', manifest);
  }
  return null;
}

async function windowParts(
  store: TokenStore,
  from: number,
  length: number,
  tokenizer: TextTokenizer,
): Promise<readonly WindowPart[]> {
  const parts: WindowPart[] = [];
  for (let at = from; at < from + length; ) {
    const { to, file, line } = store.documentAt(at);
    const end = Math.min(to, from + length);
    const text = await tokenizer.decode([...store.read(at, end - at)]);
    parts.push({ file, line, tokens: end - at, text });
    at = end;
  }
  return parts;
}
