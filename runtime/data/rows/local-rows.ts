import { setImmediate as breathe } from 'node:timers/promises';
import type { PlanDataset, PlanRowFormat } from '../../../compiler/plan/index.ts';
import { DataError } from '../data-error.ts';
import { unreadable } from '../dataset-rows.ts';
import { checkMalformed } from '../malformed-limit.ts';
import { fetchedFiles, type HubFiles } from '../sources/hub-files.ts';
import { type FileLine, fileLines } from '../sources/lines.ts';
import { type LocalFile, localFiles } from '../sources/local-files.ts';
import { parquetRows } from '../sources/parquet-rows.ts';
import { type RowValues, rowObject, tooLong, type Unusable } from '../sources/row-text.ts';
import { maximumRowBytes } from '../sources/rows.ts';
import type { MalformedKind, MalformedRow, MalformedRows } from '../types.ts';
import { readContent } from './read-content.ts';
import type { DataRow } from './row-content.ts';

/** Rows of post-training are held in memory: texts of more characters than this in one dataset are refused. */
export const maximumRowCharacters = 512 * 2 ** 20;
/** Lines after which the event loop gets its turn (Ctrl-C). */
const linesBetweenBreaths = 2_000;
/** Malformed rows that are kept with their place; the rest are counted. */
const keptExamples = 10;

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** The `.jsonl` and `.parquet` files of a dataset of rows, local or fetched. Throws DataError, also for files of another kind. */
export function rowFiles(
  dataset: PlanDataset,
  baseDirectory: string,
  hubFiles: HubFiles = new Map(),
): readonly LocalFile[] {
  const { name, source } = dataset;
  if (source.kind !== 'local' && source.kind !== 'hf') throw new Error('a dataset without files was read as one');
  const owner = `dataset \`${name}\``;
  const files = source.kind === 'hf' ? fetchedFiles(dataset, hubFiles) : localFiles(source.paths, baseDirectory, owner);
  const strange = files.find((file) => !/\.(jsonl|parquet)$/i.test(file.name));
  if (!strange) return files;
  throw new DataError(
    `${owner}: \`${strange.name}\` is neither a \`.jsonl\` nor a \`.parquet\` file`,
    'post-training reads one row a line; narrow the glob or convert the file',
  );
}

/** How rows are read, where it is not as their dataset says. */
export interface RowReading {
  readonly format?: PlanRowFormat;
  /** Whether all columns are kept beside what the row says. */
  readonly withValues?: boolean;
}

/**
 * All rows of a local dataset, in the order of its files. Throws DataError: a file that cannot be read, too many malformed rows,
 * more text than fits (`maximumRowCharacters`).
 */
export async function localRows(
  dataset: PlanDataset,
  baseDirectory: string,
  signal?: AbortSignal,
  hubFiles?: HubFiles,
  { format = dataset.format, withValues = false }: RowReading = {},
): Promise<{ readonly rows: readonly DataRow[]; readonly malformed: MalformedRows }> {
  const rows: DataRow[] = [];
  const bad: MalformedRow[] = [];
  const kinds: Partial<Record<MalformedKind, number>> = {};
  let count = 0;
  let seen = 0;
  let characters = 0;
  for (const file of rowFiles(dataset, baseDirectory, hubFiles)) {
    for await (const { row, values, line } of contentsOf(file, dataset.name, format, signal)) {
      if (++seen % linesBetweenBreaths === 0) {
        await breathe();
        signal?.throwIfAborted();
      }
      if ('reason' in row) {
        count++;
        kinds[row.kind] = (kinds[row.kind] ?? 0) + 1;
        if (bad.length < keptExamples) bad.push({ ...row, file: file.name, line });
        continue;
      }
      const key = JSON.stringify(row);
      characters += key.length + (withValues ? JSON.stringify(values).length : 0);
      if (characters > maximumRowCharacters) throw tooMuchText(dataset);
      rows.push({ content: row, key, ...(withValues && { values }), file: file.name, line });
    }
  }
  const malformed = { count, rows: seen, kinds, examples: bad };
  checkMalformed(dataset.name, malformed, dataset.max_malformed);
  return { rows, malformed };
}

interface PlacedContent {
  readonly row: ReturnType<typeof readContent>;
  readonly values: RowValues;
  /** 1-based line of a `.jsonl`, row of a `.parquet`. */
  readonly line: number;
}

async function* contentsOf(
  file: LocalFile,
  dataset: string,
  format: PlanRowFormat,
  signal: AbortSignal | undefined,
): AsyncGenerator<PlacedContent, void> {
  if (!/\.parquet$/i.test(file.name)) {
    for (const line of linesOf(file, dataset)) {
      const read = readLine(line, format);
      if (read !== null) yield { ...read, line: line.number };
    }
    return;
  }
  const owner = `dataset \`${dataset}\``;
  try {
    for await (const { number, values } of parquetRows(file, owner, { signal })) {
      const row = readContent(values, format);
      const length = 'reason' in row ? 0 : JSON.stringify(row).length;
      yield { row: length > maximumRowBytes ? tooLongRow(length) : row, values, line: number };
    }
  } catch (cause) {
    if (cause instanceof DataError || signal?.aborted) throw cause;
    throw unreadable(owner, file, cause);
  }
}

function* linesOf(file: LocalFile, name: string): Generator<FileLine, void> {
  try {
    yield* fileLines(file.path, { maximumBytes: maximumRowBytes });
  } catch (cause) {
    throw unreadable(`dataset \`${name}\``, file, cause);
  }
}

/** null for a line of white space alone, which is no row. */
function readLine(line: FileLine, format: PlanRowFormat): Omit<PlacedContent, 'line'> | null {
  if (line.bytes === null) return { row: tooLongRow(line.length), values: {} };
  const marked = line.offset === 0 && line.bytes.subarray(0, 3).equals(byteOrderMark);
  const bytes = marked ? line.bytes.subarray(3) : line.bytes;
  if (bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)) return null;
  const row = rowObject(bytes, line.offset + (marked ? 3 : 0));
  if (row.object === null) return { row: { kind: row.kind, reason: row.reason }, values: {} };
  return { row: readContent(row.object, format), values: row.object };
}

function tooLongRow(length: number): Unusable {
  const { kind, reason } = tooLong(length, maximumRowBytes) as Unusable;
  return { kind, reason };
}

function tooMuchText({ name }: PlanDataset): DataError {
  const limit = (maximumRowCharacters / 2 ** 20).toLocaleString('en-US');
  return new DataError(
    `dataset \`${name}\` has more than ${limit} Mi characters of rows, and post-training holds them in memory`,
    'train on fewer rows: split the file, and give the part that is used',
  );
}
