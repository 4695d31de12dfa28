import type { Batch, TokenStore } from './types.ts';

/** A stretch of a store that stands in one row of a batch. */
export interface BatchRow {
  readonly store: TokenStore;
  /** First token of the row. */
  readonly from: number;
  /** Tokens that are predicted, at most the batch's sequence; the row reads one more. What is missing is padding. */
  readonly length: number;
}

/** Label of a place where nothing is to be predicted. */
export const noLabel = -100;

/**
 * The batch of some rows. Labels run across the ends of documents: after an end of text the next document's first token is
 * predicted. Padding stands at a row's end with token 0 and no label, as a document of its own; a row of length 0 is all
 * padding.
 */
export function windowBatch(rows: readonly BatchRow[], sequence: number, attention: 'full' | 'document'): Batch {
  const places = rows.length * sequence;
  const tokens = new Int32Array(places);
  const labels = new Int32Array(places).fill(noLabel);
  const documents =
    attention === 'document' ? { index: new Int32Array(places), position: new Int32Array(places) } : null;
  rows.forEach((row, slot) => {
    const start = slot * sequence;
    if (row.length > 0) {
      const read = row.store.read(row.from, row.length + 1);
      tokens.set(read.subarray(0, row.length), start);
      labels.set(read.subarray(1), start);
    }
    if (documents === null) return;
    markDocuments(
      row,
      documents.index.subarray(start, start + sequence),
      documents.position.subarray(start, start + sequence),
    );
  });
  return { sequences: rows.length, sequence, tokens, labels, documents };
}

/** Numbers the documents of a row from 0 and their places from each document's first token in the row. */
function markDocuments(row: BatchRow, index: Int32Array, position: Int32Array): void {
  let number = 0;
  let place = 0;
  while (place < row.length) {
    const length = Math.min(row.store.documentAt(row.from + place).to - row.from, row.length) - place;
    fill(number, place, length, index, position);
    number++;
    place += length;
  }
  fill(number, place, index.length - place, index, position);
}

function fill(number: number, start: number, length: number, index: Int32Array, position: Int32Array): void {
  for (let offset = 0; offset < length; offset++) {
    index[start + offset] = number;
    position[start + offset] = offset;
  }
}
