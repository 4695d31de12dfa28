import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlanAblation } from '../../compiler/plan/index.ts';
import { writeFileDurably } from '../run-folder/durable-file.ts';
import { makeFolders } from '../run-folder/make-folders.ts';
import { usingRunFile } from '../run-folder/refused-file.ts';
import { RunError } from '../train/run-error.ts';

/** `ablation.json`: what stands in an ablation's folder. */
export interface AblationRecord {
  readonly ablation: string;
  /** The phase that the arms copy. */
  readonly of: string;
  readonly from: PlanAblation['from'];
  /** Arms in their order, with the hash of what each computes, its start included. */
  readonly arms: Readonly<Record<string, string>>;
}

const recordPath = (folder: string) => join(folder, 'ablation.json');

/** Whether arms stand in a folder. */
export function holdsAblation(folder: string): boolean {
  return existsSync(recordPath(folder));
}

/**
 * Notes whose arms a folder holds. Throws RunError where it holds those of another ablation, or of the same one before the recipe
 * changed: arms are compared with what they were begun with only.
 */
export async function recordArms(folder: string, { arms, name, of, from }: PlanAblation): Promise<void> {
  const hashes = Object.fromEntries(arms.map((arm) => [arm.name, arm.hash]));
  const record: AblationRecord = { ablation: name, of, from, arms: hashes };
  const text = `${JSON.stringify({ format: 1, ...record }, null, 2)}\n`;
  const path = recordPath(folder);
  if (existsSync(path)) {
    if (readFileSync(path, 'utf8') === text) return;
    throw new RunError(`\`${folder}\` holds arms of ablation \`${name}\` that compute something else`, {
      help: 'the recipe has changed since: bring it back, or move the folder away to compare anew',
    });
  }
  makeFolders(folder);
  await writeFileDurably(path, text);
}

/** The record of a folder that has one. Throws `RunFileRefused`, or RunError for a file that is none. */
export function readAblationRecord(folder: string): AblationRecord {
  const path = recordPath(folder);
  const text = usingRunFile(path, 'read', () => readFileSync(path, 'utf8'));
  const record = parsed(text) as Partial<AblationRecord> | null;
  const isRecord =
    typeof record?.ablation === 'string' &&
    typeof record.of === 'string' &&
    typeof record.from?.kind === 'string' &&
    typeof record.arms === 'object' &&
    Object.keys(record.arms).every((arm) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(arm));
  if (isRecord) return record as AblationRecord;
  throw new RunError(`\`${path}\` is no record of an ablation`, {
    help: 'restore it from a copy, or run the ablation anew',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
