import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AblationRecord, readAblationRecord } from '../ablation/ablation-record.ts';
import { type TaskVerdict, taskVerdicts } from '../ablation/ablation-report.ts';
import { runFolderAt } from '../run-folder/run-folder.ts';
import { RunError } from '../train/run-error.ts';
import { type ReportedRun, readReportedRun } from './reported-run.ts';

/** What an ablation's folder has to show. */
export interface ReportedAblation extends Pick<AblationRecord, 'ablation' | 'of' | 'from'> {
  /** Arms that were begun, in the recipe's order. */
  readonly arms: readonly ReportedRun[];
  /** Names of those that were not. */
  readonly missing: readonly string[];
  readonly verdicts: readonly TaskVerdict[];
}

/** Reads an ablation's folder. Throws what `readReportedRun` throws, and RunError when no arm was begun. */
export function readReportedAblation(folder: string): ReportedAblation {
  const { ablation, of, from, arms: hashes } = readAblationRecord(folder);
  const names = Object.keys(hashes);
  const begun = names.filter((name) => existsSync(runFolderAt(join(folder, name)).plan));
  const arms = begun.map((name) => readReportedRun(join(folder, name)));
  const [first] = arms;
  if (first === undefined) {
    throw new RunError(`\`${folder}\` has no arm that was begun`, {
      help: `run it: \`smol run RECIPE --ablation ${ablation}\``,
    });
  }
  const measured = arms.map(({ name, evaluations }) => ({ arm: name, lines: evaluations }));
  const missing = names.filter((name) => !begun.includes(name));
  return { ablation, of, from, arms, missing, verdicts: taskVerdicts(first.plan.evaluations, measured) };
}
