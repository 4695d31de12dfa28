import { DataError } from '../data-error.ts';
import { type FileLine, fileChunks, fileLines } from './lines.ts';
import type { LocalFile } from './local-files.ts';
import { columnText, plainText, type RowText, type RowValues, tooLong } from './row-text.ts';

/** A row of a dataset, usable or not, with its place. */
export type SourceRow = RowText & {
  /** Index of the file among the dataset's. */
  readonly file: number;
  /** 1-based line of a `.jsonl`, row of a `.parquet`; 1 for a `.txt`. */
  readonly line: number;
  /** Its columns: of a `.parquet` those that were asked for, of a `.txt` the text alone; none of a row that cannot be read. */
  readonly values: RowValues;
  /** Bytes of the file up to the row's end; of a `.parquet` the row's part of them. */
  readonly end: number;
};

/**
 * Longest row in bytes. The tokenizer's library takes about 160 bytes of memory a byte of text and cannot be interrupted
 * within a text (measured with 0.23.2: 2.7 GB for 16 MiB), so this bounds it at about 0.7 GB and some seconds.
 */
export const maximumRowBytes = 4 * 1024 * 1024;

export interface RowOptions {
  readonly column: string;
  readonly maximumBytes: number;
  /** Sees all bytes of the file in order, to hash them. */
  readonly onBytes?: (bytes: Buffer) => void;
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** What a name ends in says how the file is read; throws DataError for other endings. */
export function fileFormat(file: LocalFile, owner: string): 'txt' | 'jsonl' | 'parquet' {
  const ending = /\.(txt|jsonl|parquet)$/i.exec(file.name)?.[1]?.toLowerCase();
  if (ending === 'txt' || ending === 'jsonl' || ending === 'parquet') return ending;
  throw new DataError(
    `${owner}: \`${file.name}\` is no \`.txt\`, \`.jsonl\` or \`.parquet\` file`,
    'a `.txt` is one document, a `.jsonl` one document a line; narrow the glob or convert the file',
  );
}

/**
 * The rows of one file. A `.txt` is one row; a `.jsonl` has a row a line, lines of white space alone are none. A byte order
 * mark at the file's start and a carriage return at a line's end are not part of a row. Throws the file system's error.
 */
export function* sourceRows(file: LocalFile, index: number, format: 'txt' | 'jsonl', options: RowOptions) {
  if (format === 'txt') {
    yield wholeFile(file, index, options);
    return;
  }
  for (const line of fileLines(file.path, options)) {
    const row = lineRow(line, options);
    if (row !== null) yield { ...row, file: index, line: line.number, end: line.offset + line.length };
  }
}

function lineRow(line: FileLine, options: RowOptions): (RowText & { readonly values: RowValues }) | null {
  if (line.bytes === null) return { ...tooLong(line.length, options.maximumBytes), values: {} };
  const marked = line.offset === 0 && line.bytes.subarray(0, 3).equals(byteOrderMark);
  const bytes = marked ? line.bytes.subarray(3) : line.bytes;
  if (bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)) return null;
  return columnText(bytes, line.offset + (marked ? 3 : 0), options.column);
}

function wholeFile(file: LocalFile, index: number, options: RowOptions): SourceRow {
  let length = 0;
  const parts: Buffer[] = [];
  for (const chunk of fileChunks(file.path, options)) {
    length += chunk.length;
    if (length <= options.maximumBytes) parts.push(chunk);
    else parts.length = 0;
  }
  const place = { file: index, line: 1, end: length };
  if (length > options.maximumBytes) return { ...tooLong(length, options.maximumBytes), ...place, values: {} };
  const bytes = Buffer.concat(parts);
  const marked = bytes.subarray(0, 3).equals(byteOrderMark);
  const text = plainText(marked ? bytes.subarray(3) : bytes, marked ? 3 : 0);
  return { ...text, ...place, values: { [options.column]: text.text } };
}
