import type { Plan } from '../../compiler/plan/index.ts';
import { type DataRecord, grownRecord, readDataRecord } from '../run-folder/data-record.ts';
import { writeFileDurably } from '../run-folder/durable-file.ts';
import { type AskedEdit, recordEdit } from '../run-folder/plan-edits.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { RunError } from './run-error.ts';

/**
 * Makes an edited plan the run's, before its first step: its data record grows, the old plan is kept, the edit recorded. The
 * edit was judged for a run at a step, so it holds for no other. Throws `RunError`. Call under the folder's lock.
 */
export async function applyEdit(
  folder: RunFolder,
  edit: AskedEdit,
  step: number,
  now: { readonly plan: Plan; readonly planText: string; readonly data: DataRecord },
): Promise<void> {
  if (step !== edit.step) {
    throw new RunError(`the run has come to step ${step} while its edit was looked at for step ${edit.step}`, {
      help: 'give the command again',
    });
  }
  const data = grownRecord(readDataRecord(folder.data), now.data);
  await writeFileDurably(folder.data, `${JSON.stringify(data, null, 2)}\n`);
  await recordEdit(folder, edit, { hash: now.plan.hash, text: now.planText });
}
