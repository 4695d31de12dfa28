import type { Span } from '../../grammar/index.ts';
import { proposeNames } from '../bind/propose-names.ts';
import { replaceNameFix } from '../bind/replace-name.fix.ts';
import * as rows from '../diagnostics/catalogue/evaluate.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { plannedTasks, type ShippedTask, shippedTasks } from './known-tasks.ts';
import type { ResolvedTask } from './types.ts';

/** Whether a task by name is one that there is, of the kind that it is asked for as. `span` is that of the name's text. */
export function judgeTask(
  { task, kind }: Pick<ResolvedTask, 'task' | 'kind'>,
  span: Span,
  collector: DiagnosticCollector,
): boolean {
  if (plannedTasks.includes(task)) return true;
  const own = shippedKind(task, span, collector);
  if (own === null) return false;
  if (own === kind || (isQuestion(own) && isQuestion(kind))) return true;
  collector.add(diagnose(rows.taskOfOtherKind, span, { task, kind, own }));
  return false;
}

/** The kind of a task whose settings are shipped; null, with a diagnostic, where none has the name. */
export function shippedKind(task: string, span: Span, collector: DiagnosticCollector): string | null {
  if (Object.hasOwn(shippedTasks, task)) return shippedTasks[task as ShippedTask];
  const near = proposeNames(task, [...Object.keys(shippedTasks), ...plannedTasks]);
  const data = { task, near, known: Object.keys(shippedTasks) };
  const written = near.map((name) => `"${name}"`);
  collector.add(diagnose(rows.unknownTask, span, data, { fix: replaceNameFix(span, written) }));
  return null;
}

/** A question with options may be measured by letters and by full answers. */
function isQuestion(kind: string): boolean {
  return kind === 'cloze' || kind === 'choice';
}
