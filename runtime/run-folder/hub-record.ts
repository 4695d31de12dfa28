import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubCommit } from '../train/run-sources.ts';

/** `hub.json` of a run folder: which commits of the hub's repositories the run reads. */
export const hubRecordName = 'hub.json';

/** The commits that a run recorded; none for a run that reads nothing from the hub. */
export function readHubRecord(runFolder: string): readonly HubCommit[] {
  const path = join(runFolder, hubRecordName);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).repositories : [];
}

/** The record as a file, by its name; nothing where there is nothing to record. */
export function hubRecordFile(commits: readonly HubCommit[]): Readonly<Record<string, Uint8Array>> {
  if (commits.length === 0) return {};
  const text = `${JSON.stringify({ format: 1, repositories: commits }, null, 2)}\n`;
  return { [hubRecordName]: Buffer.from(text) };
}
