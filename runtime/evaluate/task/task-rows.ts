import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { DataError } from '../../data/data-error.ts';
import { fileLines } from '../../data/sources/lines.ts';
import { type LocalFile, localFiles } from '../../data/sources/local-files.ts';
import { fileFormat } from '../../data/sources/rows.ts';
import type { TaskData } from './task-definition.ts';

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
}

const maximumRowBytes = 4 * 1024 * 1024;
/** All rows are held in memory. */
const maximumBytes = 512 * 1024 * 1024;

/**
 * All rows of a task's files (`.jsonl`, an object a line, or `.txt`, one row with the column `text`), in order. Unlike in
 * training, a malformed row is an error: a result over other rows is another result. `owner` is named in errors.
 * Throws DataError.
 */
export function readTaskRows(data: TaskData, folder: string, owner: string): TaskRows {
  if ('hf' in data) {
    throw new DataError(
      `${owner}: its data, hf("${data.hf}"), is on the hub, and tasks read local files only`,
      'save its rows as a `.jsonl`, and name that: `--data FILE`, or a task file with `extends` and `data`',
    );
  }
  const files = localFiles(typeof data.local === 'string' ? [data.local] : data.local, folder, owner);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > maximumBytes) {
    const said = `${bytes.toLocaleString('en-US')} bytes, above the limit of ${maximumBytes.toLocaleString('en-US')}`;
    throw new DataError(`${owner}: its data has ${said}`, 'measure on a part of it');
  }
  const hash = createHash('sha256');
  const rows = files.flatMap((file) => rowsOf(file, owner, (chunk) => hash.update(chunk)));
  if (rows.length === 0) throw new DataError(`${owner}: its data has no row`, 'name files with rows');
  return { rows, hash: hash.digest('hex') };
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
