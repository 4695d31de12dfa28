import type { Call, Reference, Span } from '../../grammar/index.ts';
import { vocabulary } from '../../grammar/index.ts';
import * as evaluate from '../diagnostics/catalogue/evaluate.ts';
import * as rows from '../diagnostics/catalogue/steps.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { PlanEvaluationSet } from '../plan/step-types.ts';
import { shippedKind } from './judge-task.ts';
import { plannedTasks } from './known-tasks.ts';
import type { StepScope } from './read-steps.ts';
import type { Reading } from './read-value.ts';
import { isSoundPath } from './resolve-source.ts';
import { isTaskFile } from './task-file.ts';

const { against } = vocabulary.stepFunctions.ngram.parameters;

/** The sets of a `decontaminate` step; null, with a diagnostic, when one is none or there is none. */
export function readComparedSets(
  written: Reading<readonly (string | Reference)[]> | null,
  call: Call,
  scope: StepScope,
): readonly PlanEvaluationSet[] | null {
  if (written === null) return null;
  if (written.value.length === 0) {
    scope.collector.add(diagnose(rows.comparedWithNothing, written.span, {}));
    return null;
  }
  const places = placesOf(call);
  const sets = written.value.map((each, at): PlanEvaluationSet | null => {
    if (typeof each === 'string') return taskSet(each, places[at] ?? written.span, scope);
    const dataset = scope.datasetOf(each);
    return dataset === null ? null : { kind: 'dataset', dataset };
  });
  return sets.includes(null) ? null : (sets as PlanEvaluationSet[]);
}

/** The places of the sets in the list. */
function placesOf({ arguments: all }: Call): readonly Span[] {
  const list = all.find(({ name }) => name?.text === against.name)?.value;
  return list?.kind === 'list' ? list.items.map(({ span }) => span) : [];
}

function taskSet(task: string, span: Span, scope: StepScope): PlanEvaluationSet | null {
  const set = { kind: 'task', task } as const;
  const { collector } = scope;
  // What is written as a path is judged as one before it is looked for among the names.
  if ((isTaskFile(task) || /[\\/]/.test(task)) && !isSoundPath(task, span, scope)) return null;
  if (isTaskFile(task)) return set;
  if (plannedTasks.includes(task)) {
    collector.add(diagnose(evaluate.taskNotShipped, span, { tasks: [task], block: scope.block }));
    return set;
  }
  const kind = shippedKind(task, span, collector);
  if (kind === 'needle') collector.add(diagnose(rows.setWithoutTexts, span, { task, kind }));
  return kind === null || kind === 'needle' ? null : set;
}
