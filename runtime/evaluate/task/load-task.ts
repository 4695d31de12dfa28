import { createHash } from 'node:crypto';
import { type DescribedTask, describeTask, type TaskChanges } from './describe-task.ts';
import { type FetchTaskData, type TaskCommit, taskDataFetcher } from './fetch-task-data.ts';
import { readTaskRows, type TaskRow } from './task-rows.ts';

/** A task with its rows, ready to be measured. */
export interface LoadedTask extends Omit<DescribedTask, 'base'> {
  readonly rows: readonly TaskRow[];
  /** Rows that shots are taken from; null: the other rows of the task. */
  readonly examples: readonly TaskRow[] | null;
  /** SHA-256 (hex) of the rows' files; null for a task that makes its own. */
  readonly dataHash: string | null;
  /** Of data on the hub, each once. */
  readonly commits: readonly TaskCommit[];
}

/**
 * The task of a file or of a name (see `describeTask`) with its rows. Throws DataError, also for rows that cannot be read, and
 * what `fetch` throws for data on the hub (HubError).
 */
export async function loadTask(
  word: string,
  folder: string,
  changes: TaskChanges = {},
  fetch: FetchTaskData = taskDataFetcher(),
): Promise<LoadedTask> {
  return loadDescribed(describeTask(word, folder, changes), fetch);
}

/** The rows of a task. Throws as `loadTask` does. */
export async function loadDescribed(task: DescribedTask, fetch: FetchTaskData): Promise<LoadedTask> {
  const { name, definition, owner, base } = task;
  if (definition.kind === 'needle') {
    return { name, definition, owner, rows: [], examples: null, dataHash: null, commits: [] };
  }
  const read = await readTaskRows(definition.data, base, owner, fetch);
  const from = 'examples' in definition ? definition.examples : undefined;
  const examples = from === undefined ? null : await readTaskRows(from, base, `${owner}, its examples`, fetch);
  const dataHash = examples === null ? read.hash : sha256(`${read.hash} ${examples.hash}`);
  const all = [read.commit, examples?.commit ?? null].filter((commit) => commit !== null);
  const commits = [...new Map(all.map((commit) => [JSON.stringify(commit), commit])).values()];
  return { name, definition, owner, rows: read.rows, examples: examples?.rows ?? null, dataHash, commits };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
