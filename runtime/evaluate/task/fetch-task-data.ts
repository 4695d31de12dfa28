import { type FetchedDataset, fetchDataset } from '../../hub/fetch-dataset.ts';
import { type HubAccess, hubAccess } from '../../hub/hub-access.ts';
import type { TaskData } from './task-definition.ts';

/** Data of a task that is on the hub. */
export type HubTaskData = Extract<TaskData, { readonly hf: string }>;

/** The commit of a data set on the hub that a result's rows come from. */
export interface TaskCommit {
  /** `owner/name` */
  readonly repository: string;
  readonly commit: string;
}

/** Gives the files of data on the hub. Throws HubError. */
export type FetchTaskData = (data: HubTaskData) => Promise<FetchedDataset>;

/**
 * Fetches data on the hub at the revision that the task names, or at `commit`. A commit that was fetched before needs no
 * network. Throws HubError.
 */
export function fetchTaskData(access: HubAccess, data: HubTaskData, commit: string | null): Promise<FetchedDataset> {
  const { hf, revision = null, config = null, split = null } = data;
  return fetchDataset(access, hf, commit ?? revision, { config, split });
}

/** Fetches what tasks name; within one use each branch is asked for its commit once. */
export function taskDataFetcher(access: HubAccess = hubAccess()): FetchTaskData {
  const commits = new Map<string, string>();
  return async (data) => {
    const key = JSON.stringify([data.hf, data.revision ?? null]);
    const fetched = await fetchTaskData(access, data, commits.get(key) ?? null);
    commits.set(key, fetched.commit);
    return fetched;
  };
}
