import { onTestFinished } from 'vitest';
import { openPart } from '../../runtime/data/token-store/open-part.ts';
import { createPartWriter } from '../../runtime/data/token-store/part-writer.ts';
import { storeVersion, tokenBytesOf } from '../../runtime/data/token-store/store-format.ts';
import type { TokenStore } from '../../runtime/data/types.ts';
import { dataFolder } from './data-folder.ts';

/** A store on disk of these documents (token ids without end of text), closed when the test ends. */
export function storeOf(
  documents: readonly (readonly number[])[],
  options: { vocabulary?: number; endOfText?: number } = {},
): TokenStore {
  const folder = dataFolder();
  const tokenBytes = tokenBytesOf(options.vocabulary ?? 4096);
  const writer = createPartWriter(folder, 'training', tokenBytes, options.endOfText ?? 0);
  documents.forEach((tokens, index) => {
    writer.add(Int32Array.from(tokens), index % 2, index + 1);
  });
  const training = writer.finish();
  const store = openPart(folder, 'training', {
    version: storeVersion,
    key: '',
    tokenBytes,
    files: ['even.jsonl', 'odd.jsonl'],
    parts: { training, 'held-out': training },
    malformed: { count: 0, rows: documents.length, kinds: {}, examples: [] },
  });
  onTestFinished(() => store.close());
  return store;
}
