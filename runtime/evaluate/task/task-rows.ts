import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { DataError } from '../../data/data-error.ts';
import { fileChunks, fileLines } from '../../data/sources/lines.ts';
import { type LocalFile, localFiles } from '../../data/sources/local-files.ts';
import { parquetRows } from '../../data/sources/parquet-rows.ts';
import { fileFormat } from '../../data/sources/rows.ts';
import type { FetchTaskData, HubTaskData, TaskCommit } from './fetch-task-data.ts';
import type { TaskData } from './task-definition.ts';

type LocalTaskData = Exclude<TaskData, HubTaskData>;

/** A row of a task's data, with its place for messages. */
export interface TaskRow {
  readonly values: Readonly<Record<string, unknown>>;
  /** `arithmetic.jsonl:12` */
  readonly place: string;
}

export interface TaskRows {
  readonly rows: readonly TaskRow[];
  /** SHA-256 (hex) of the files' bytes. */
  readonly hash: string;
  /** Of data on the hub; null for local files. */
  readonly commit: TaskCommit | null;
}

const maximumRowBytes = 4 * 1024 * 1024;
/** All rows are held in memory. */
const maximumBytes = 512 * 1024 * 1024;

/**
 * All rows of a task's files (`.jsonl`, an object a line, `.parquet`, or `.txt`, one row with the column `text`), in order. Unlike
 * in training, a malformed row is an error: a result over other rows is another result. `owner` is named in errors.
 * Throws DataError, and what `fetch` throws.
 */
export async function readTaskRows(
  data: TaskData,
  folder: string,
  owner: string,
  fetch: FetchTaskData,
): Promise<TaskRows> {
  const fetched = 'hf' in data ? await fetch(data) : null;
  const files = fetched?.files ?? taskFiles(data as LocalTaskData, folder, owner);
  const hash = createHash('sha256');
  const onBytes = (chunk: Buffer) => void hash.update(chunk);
  const rows: TaskRow[] = [];
  let bytes = 0;
  for (const file of files) {
    bytes += file.bytes;
    requireRoom(bytes, owner);
    if (fileFormat(file, owner) === 'parquet') bytes += await readParquet(file, owner, rows, bytes, onBytes);
    else rows.push(...rowsOf(file, owner, onBytes));
  }
  if (rows.length === 0) throw new DataError(`${owner}: its data has no row`, 'name files with rows');
  const commit = fetched === null ? null : { repository: (data as HubTaskData).hf, commit: fetched.commit };
  return { rows, hash: hash.digest('hex'), commit };
}

/** The files of a task's local data, each of a known format. Throws DataError. */
export function taskFiles({ local }: LocalTaskData, folder: string, owner: string): readonly LocalFile[] {
  const files = localFiles(typeof local === 'string' ? [local] : local, folder, owner);
  for (const file of files) fileFormat(file, owner);
  return files;
}

function requireRoom(bytes: number, owner: string): void {
  if (bytes <= maximumBytes) return;
  const said = `more than ${maximumBytes.toLocaleString('en-US')} bytes, and all its rows are held in memory`;
  throw new DataError(`${owner}: its data has ${said}`, 'measure on a part of it');
}

/** Appends the rows of a file to `rows`; their size, unpacked: `before` bytes are held already. */
async function readParquet(
  file: LocalFile,
  owner: string,
  rows: TaskRow[],
  before: number,
  onBytes: (bytes: Buffer) => void,
): Promise<number> {
  let size = 0;
  for await (const { number, values } of parquetRows(file, owner)) {
    const place = `${file.name}:${number}`;
    const length = JSON.stringify(values).length;
    if (length > maximumRowBytes) throw malformed(owner, place, `is longer than ${maximumRowBytes} bytes`);
    size += length;
    requireRoom(before + size, owner);
    rows.push({ values, place });
  }
  for (const chunk of fileChunks(file.path)) onBytes(chunk);
  return size;
}

function rowsOf(file: LocalFile, owner: string, onBytes: (bytes: Buffer) => void): TaskRow[] {
  const format = fileFormat(file, owner);
  const rows: TaskRow[] = [];
  const parts: string[] = [];
  for (const line of fileLines(file.path, { maximumBytes: maximumRowBytes, onBytes })) {
    const place = `${file.name}:${line.number}`;
    if (line.bytes === null) throw malformed(owner, place, `is longer than ${maximumRowBytes} bytes`);
    if (!isUtf8(line.bytes)) throw malformed(owner, place, 'is not UTF-8');
    const text = line.bytes.toString('utf8').replace(line.offset === 0 ? /^\uFEFF/ : /^(?!)/, '');
    if (format === 'txt') parts.push(text);
    else if (text.trim() !== '') rows.push({ values: objectOf(text, owner, place), place });
  }
  if (format === 'txt') rows.push({ values: { text: parts.join('\n') }, place: file.name });
  return rows;
}

function objectOf(text: string, owner: string, place: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(owner, place, 'is not valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(owner, place, 'is not an object');
  }
  return value as Readonly<Record<string, unknown>>;
}

function malformed(owner: string, place: string, what: string): DataError {
  return new DataError(`${owner}: \`${place}\` ${what}`, 'a `.jsonl` has a JSON object a line');
}
