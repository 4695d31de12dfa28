import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A checkpoint of another run that a phase starts from: which one it was when the run began. */
export interface StartRecord {
  /** As the recipe has it. */
  readonly path: string;
  readonly step: number;
  /** SHA-256 (hex) of its weights. */
  readonly sha256: string;
}

/** `starts.json` of a run folder. */
const startRecordName = 'starts.json';

/** What a run recorded; nothing for a run that starts from no other. */
export function readStartRecords(runFolder: string): readonly StartRecord[] {
  const path = join(runFolder, startRecordName);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).checkpoints : [];
}

/** The record as a file, by its name; nothing where there is nothing to record. */
export function startRecordFile(checkpoints: readonly StartRecord[]): Readonly<Record<string, Uint8Array>> {
  if (checkpoints.length === 0) return {};
  return { [startRecordName]: Buffer.from(`${JSON.stringify({ format: 1, checkpoints }, null, 2)}\n`) };
}
