import { isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import type { AsyncBuffer, Compressors, FileMetaData, RowGroup } from 'hyparquet';
import { DataError } from '../data-error.ts';
import type { LocalFile } from './local-files.ts';

/** A row of a parquet file. */
export interface ParquetRow {
  /** 1-based, in the file. */
  readonly number: number;
  /** Part of the file's rows up to this one, 0 to 1. */
  readonly part: number;
  /**
   * By column: what JSON would have for it, whole numbers beyond 2^53 as texts, times as ISO 8601. Text that is not UTF-8 is
   * `InvalidText`.
   */
  readonly values: Readonly<Record<string, unknown>>;
}

export interface ParquetOptions {
  /** All unless given. */
  readonly columns?: readonly string[];
  /** Beside `columns`: read where they are there. */
  readonly optional?: readonly string[];
  /** Of a row group's columns, unpacked; `maximumRowGroupBytes` unless given. */
  readonly maximumBytes?: number;
  readonly signal?: AbortSignal | undefined;
}

/** A text of a file whose bytes are not UTF-8. */
export class InvalidText {}

/** A row group is held in memory as a whole: one of more bytes than this is refused. */
export const maximumRowGroupBytes = 512 * 2 ** 20;
/** The description of a file: columns and row groups. */
const maximumFooterBytes = 64 * 2 ** 20;

/**
 * The rows of a parquet file in order, a row group after the other, with all columns or `columns`. `owner` is named in errors.
 * Throws DataError: a file that is damaged or none, a row group above `maximumRowGroupBytes`, a column that is not there; and the
 * file system's error.
 */
export async function* parquetRows(
  file: LocalFile,
  owner: string,
  { columns, optional = [], signal, maximumBytes = maximumRowGroupBytes }: ParquetOptions = {},
): AsyncGenerator<ParquetRow, void> {
  const handle = await open(file.path, 'r');
  try {
    const reader = await openReader(handle, file, owner, maximumBytes);
    requireColumns(reader.names, columns, `${owner}: \`${file.name}\``);
    const beside = optional.filter((name) => reader.names.includes(name) && !columns?.includes(name));
    const read = columns === undefined ? reader.names : [...columns, ...beside];
    const all = Number(reader.metadata.num_rows);
    let before = 0;
    for (const group of reader.metadata.row_groups) {
      const rows = await reader.read(group, before, read);
      signal?.throwIfAborted();
      for (const [index, row] of rows.entries()) {
        const number = before + index + 1;
        yield { number, part: Math.min(1, number / all), values: plainRow(row) };
      }
      before += rows.length;
    }
  } finally {
    await handle.close();
  }
}

type ReadRow = Readonly<Record<string, unknown>>;

interface Reader {
  readonly metadata: FileMetaData;
  readonly names: readonly string[];
  /** `before`: rows of the groups in front. */
  read(group: RowGroup, before: number, columns: readonly string[]): Promise<readonly ReadRow[]>;
}

async function openReader(
  handle: FileHandle,
  { name }: LocalFile,
  owner: string,
  maximumBytes: number,
): Promise<Reader> {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const buffer = fileBuffer(handle, (await handle.stat()).size);
  const explained = <T>(use: () => Promise<T>) => explain(`${owner}: \`${name}\``, use);
  const parsers = { stringFromBytes, jsonFromBytes };
  const described = await explained(async () => {
    await requireFooter(buffer);
    const metadata = await parquetMetadataAsync(buffer, { geoparquet: false });
    if (!Array.isArray(metadata.row_groups)) throw new Error('its footer names no row groups');
    return { metadata, names: parquetSchema(metadata).children.map(({ element }) => element.name) };
  });
  const { metadata } = described;
  return {
    ...described,
    read: (group, before, columns) =>
      explained(async () => {
        const count = Number(group.num_rows);
        if (!Number.isSafeInteger(count) || count < 0) throw new Error('a row group has no number of rows');
        requireFitting(group, columns, maximumBytes);
        // A budget of its own for each group: what the file says of its sizes need not be true.
        const options = {
          compressors: budgeted(compressors, maximumBytes),
          parsers,
          columns: [...columns],
          geoparquet: false,
        };
        const rows: readonly ReadRow[] = await parquetReadObjects({
          ...options,
          file: buffer,
          metadata,
          rowStart: before,
          rowEnd: before + count,
        });
        if (rows.length !== count) throw new Error(`${rows.length} of ${count} rows are there`);
        return rows;
      }),
  };
}

function fileBuffer(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const from = start < 0 ? Math.max(0, byteLength + start) : start;
      const bytes = new Uint8Array(Math.max(0, Math.min(end, byteLength) - from));
      for (let read = 0; read < bytes.length; ) {
        const { bytesRead } = await handle.read(bytes, read, bytes.length - read, from + read);
        if (bytesRead === 0) throw new Error('it ended while it was being read');
        read += bytesRead;
      }
      return bytes.buffer;
    },
  };
}

/** A file ends with its footer, the footer's length (4 bytes) and `PAR1`. */
async function requireFooter(buffer: AsyncBuffer): Promise<void> {
  const end = new DataView(await buffer.slice(Math.max(0, buffer.byteLength - 8)));
  if (end.byteLength < 8 || end.getUint32(4) !== 0x50415231) throw new Error('it does not end as one does');
  const length = end.getUint32(0, true);
  if (length <= maximumFooterBytes) return;
  throw new Error(`its footer has ${length.toLocaleString('en-US')} bytes, above the limit of 64 MiB`);
}

function requireFitting({ columns }: RowGroup, asked: readonly string[], maximumBytes: number): void {
  let bytes = 0;
  for (const { meta_data } of columns) {
    if (meta_data === undefined || !asked.includes(meta_data.path_in_schema[0]!)) continue;
    bytes += Math.max(Number(meta_data.total_uncompressed_size), Number(meta_data.total_compressed_size));
  }
  if (bytes > maximumBytes) throw tooLarge(bytes, maximumBytes);
}

function tooLarge(bytes: number, limit: number): Error {
  const of = (count: number) => count.toLocaleString('en-US');
  return new Error(`a row group has ${of(bytes)} bytes, above the limit of ${of(limit)}`);
}

function budgeted(compressors: Compressors, maximumBytes: number): Compressors {
  let written = 0;
  const entries = Object.entries(compressors).map(([codec, decompress]) => {
    const bounded: typeof decompress = (input, length) => {
      written += length;
      if (written > maximumBytes) throw tooLarge(written, maximumBytes);
      return decompress(input, length);
    };
    return [codec, bounded] as const;
  });
  return Object.fromEntries(entries);
}

async function explain<T>(file: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    if (cause instanceof DataError || (cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    const [reason] = (cause as Error).message.split('\n');
    throw new DataError(`${file} cannot be read as parquet: ${reason}`, 'write it anew, or convert it to a `.jsonl`', {
      cause,
    });
  }
}

function requireColumns(names: readonly string[], asked: readonly string[] | undefined, file: string): void {
  const missing = asked?.find((name) => !names.includes(name));
  if (missing === undefined) return;
  const shown = names.slice(0, 8).map((name) => `\`${name.slice(0, 40)}\``);
  throw new DataError(
    `${file} has no column \`${missing}\`, only ${shown.join(', ')}${names.length > shown.length ? ', …' : ''}`,
    'name a column that it has',
  );
}

/** Never with a replacement character in the place of what is not UTF-8. */
function stringFromBytes(bytes: Uint8Array): string | InvalidText | undefined {
  if (bytes === undefined) return undefined;
  return isUtf8(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    : new InvalidText();
}

function jsonFromBytes(bytes: Uint8Array): unknown {
  const text = stringFromBytes(bytes);
  return typeof text === 'string' ? JSON.parse(text) : text;
}

function plainRow(row: ReadRow): ReadRow {
  return plainValue(row) as ReadRow;
}

function plainValue(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value !== 'object' || value instanceof InvalidText || value instanceof Uint8Array) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, plainValue);
  if (Array.isArray(value)) return value.map(plainValue);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainValue(each)]));
}
