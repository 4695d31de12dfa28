import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { DataError } from './data-error.ts';
import type { Selection } from './derive/select-rows.ts';
import { contentHash } from './sources/content-hash.ts';
import type { LocalFile } from './sources/local-files.ts';
import { InvalidText, parquetRows } from './sources/parquet-rows.ts';
import { columnValueText, type RowText, tooLong } from './sources/row-text.ts';
import { fileFormat, type SourceRow, sourceRows } from './sources/rows.ts';

/** A dataset's files as they are when preparation begins. */
export interface DatasetSource {
  /** `dataset \`web\``, for messages. */
  readonly owner: string;
  readonly files: readonly (LocalFile & { readonly sha256: string })[];
  readonly textColumn: string;
  readonly maximumRowBytes: number;
  /** Further columns of `.parquet` files that are read where they are there. */
  readonly columns?: readonly string[];
  /** Which rows are trained on, by their index among all; all of them unless given. */
  readonly selection?: Pick<Selection, 'has'>;
}

export interface DatasetRow {
  readonly row: SourceRow;
  /** Bytes of the files in front of the row's. */
  readonly before: number;
  /** Whether it comes through the steps of the dataset. */
  readonly isSelected: boolean;
}

/** Bytes after which the event loop gets its turn (Ctrl-C, progress). */
const bytesBetweenBreaths = 8 << 20;

/**
 * All rows of a dataset, file by file. Each file's bytes are hashed on the way: DataError when one is not what was hashed
 * before, or cannot be read.
 */
export async function* datasetRows(source: DatasetSource, signal?: AbortSignal): AsyncGenerator<DatasetRow, void> {
  let before = 0;
  let index = 0;
  let breathedAt = 0;
  for (const [at, file] of source.files.entries()) {
    const format = fileFormat(file, source.owner);
    const rows = format === 'parquet' ? rowsOfParquet(source, at, signal) : hashedRows(source, at, format);
    for await (const row of rows) {
      if (before + row.end - breathedAt > bytesBetweenBreaths) {
        breathedAt = before + row.end;
        await breathe();
        signal?.throwIfAborted();
      }
      yield { row, before, isSelected: source.selection?.has(index) ?? true };
      index++;
    }
    before += file.bytes;
  }
}

function* hashedRows(source: DatasetSource, index: number, format: 'txt' | 'jsonl'): Generator<SourceRow, void> {
  const file = source.files[index]!;
  const hash = createHash('sha256');
  const rows = sourceRows(file, index, format, {
    column: source.textColumn,
    maximumBytes: source.maximumRowBytes,
    onBytes: (bytes) => hash.update(bytes),
  });
  try {
    yield* rows;
  } catch (cause) {
    throw unreadable(source.owner, file, cause);
  }
  if (hash.digest('hex') !== file.sha256) throw changed(source.owner, file);
}

/** Parquet is not read in the order of its bytes: it is hashed once more after it was read. */
async function* rowsOfParquet(
  source: DatasetSource,
  index: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<SourceRow, void> {
  const { owner, textColumn, maximumRowBytes, columns = [] } = source;
  const file = source.files[index]!;
  try {
    for await (const { number, values, part } of parquetRows(file, owner, {
      columns: [textColumn],
      optional: columns,
      signal,
    })) {
      const text = parquetText(values[textColumn], textColumn, maximumRowBytes);
      yield { ...text, values, file: index, line: number, end: Math.floor(part * file.bytes) };
    }
    if ((await contentHash(file.path, signal)) === file.sha256) return;
  } catch (cause) {
    if (cause instanceof DataError || signal?.aborted) throw cause;
    throw unreadable(owner, file, cause);
  }
  throw changed(owner, file);
}

function parquetText(value: unknown, column: string, maximumBytes: number): RowText {
  if (value instanceof InvalidText) {
    return { text: null, kind: 'invalid_utf8', reason: `column \`${column}\` is not UTF-8` };
  }
  const bytes = typeof value === 'string' ? Buffer.byteLength(value) : 0;
  return bytes > maximumBytes ? tooLong(bytes, maximumBytes) : columnValueText({ [column]: value }, column);
}

function changed(owner: string, file: LocalFile): DataError {
  return new DataError(`${owner}: \`${file.name}\` changed while it was being read`, 'run again once it is complete');
}

/** The file system's refusal, with the file's name. */
export function unreadable(owner: string, file: LocalFile, cause: unknown): DataError {
  const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  return new DataError(`${owner}: \`${file.name}\` cannot be read (${code})`, 'check that it is there and readable', {
    cause,
  });
}
