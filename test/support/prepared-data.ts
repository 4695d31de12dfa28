import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Plan } from '../../compiler/plan/index.ts';
import { closeDatasets, type PreparationOptions, prepareDatasets } from '../../runtime/data/prepare-datasets.ts';
import { loadTokenizer } from '../../runtime/data/tokenizer/load-tokenizer.ts';
import type { TokenStore } from '../../runtime/data/types.ts';
import { examplesFolder } from './data-plan.ts';

export const dataTokenizer = loadTokenizer({ kind: 'local', paths: ['data/tokenizer.json'] }, examplesFolder);

/** Prepares with the example tokenizer and a cache beside the data; stores are closed when the test ends. */
export async function prepare(plan: Plan, folder: string, options: Partial<PreparationOptions> = {}) {
  const cacheDirectory = path.join(folder, 'cache');
  const datasets = await prepareDatasets(plan, {
    baseDirectory: folder,
    cacheDirectory,
    tokenizer: dataTokenizer,
    ...options,
  });
  onTestFinished(() => closeDatasets(datasets));
  return datasets;
}
/** Texts of a store's documents, with their places. */
export async function documentsOf(store: TokenStore) {
  const documents = [];
  for (let from = 0; from < store.tokenCount; ) {
    const { to, file, line } = store.documentAt(from);
    const tokens = store.read(from, to - from);
    expect(tokens.at(-1)).toBe(dataTokenizer.endOfText);
    documents.push({ text: await dataTokenizer.decode([...tokens.subarray(0, -1)]), file, line });
    from = to;
  }
  return documents;
}
