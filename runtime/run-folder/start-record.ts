import { join } from 'node:path';
import { readRecordList } from './record-list.ts';

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

/** What a run recorded; nothing for a run that starts from no other. Throws `RunError` for a damaged record. */
export function readStartRecords(runFolder: string): readonly StartRecord[] {
  return readRecordList(join(runFolder, startRecordName), {
    key: 'checkpoints',
    isItem: isStart,
    of: 'the checkpoints that a run starts from',
    help: 'bring it back from a copy: without it the run cannot tell whether they are still the same',
  });
}

function isStart(value: unknown): value is StartRecord {
  const start = (value ?? {}) as Partial<StartRecord>;
  return typeof start.path === 'string' && Number.isSafeInteger(start.step) && typeof start.sha256 === 'string';
}

/** The record as a file, by its name; nothing where there is nothing to record. */
export function startRecordFile(checkpoints: readonly StartRecord[]): Readonly<Record<string, Uint8Array>> {
  if (checkpoints.length === 0) return {};
  return { [startRecordName]: Buffer.from(`${JSON.stringify({ format: 1, checkpoints }, null, 2)}\n`) };
}
