import { join } from 'node:path';
import type { HubCommit } from '../train/run-sources.ts';
import { readRecordList } from './record-list.ts';

/** `hub.json` of a run folder: which commits of the hub's repositories the run reads. */
export const hubRecordName = 'hub.json';

/** The commits that a run recorded; none for a run that reads nothing from the hub. Throws `RunError` for a damaged record. */
export function readHubRecord(runFolder: string): readonly HubCommit[] {
  return readRecordList(join(runFolder, hubRecordName), {
    key: 'repositories',
    isItem: isCommit,
    of: 'what a run reads from the hub',
    help: 'bring it back from a copy: without it the run cannot tell which commits it read',
  });
}

function isCommit(value: unknown): value is HubCommit {
  const commit = (value ?? {}) as Partial<HubCommit>;
  const isRevision = commit.revision === null || typeof commit.revision === 'string';
  return typeof commit.repository === 'string' && isRevision && typeof commit.commit === 'string';
}

/** The record as a file, by its name; nothing where there is nothing to record. */
export function hubRecordFile(commits: readonly HubCommit[]): Readonly<Record<string, Uint8Array>> {
  if (commits.length === 0) return {};
  const text = `${JSON.stringify({ format: 1, repositories: commits }, null, 2)}\n`;
  return { [hubRecordName]: Buffer.from(text) };
}
