import type { Plan } from '../../compiler/plan/index.ts';
import { hubEvaluationData } from '../data/derive/evaluation-sets.ts';
import type { HubTaskData } from '../evaluate/task/fetch-task-data.ts';
import { hubTaskData } from '../evaluate/task/run-tasks.ts';
import { evaluationsOf } from './require-runnable.ts';
import type { RunPhase } from './run-phases.ts';
import { datasetsRead } from './run-sources.ts';

/**
 * What a run reads of tasks on the hub: those that it measures, and those that its datasets are decontaminated against. Throws
 * DataError for tasks that are not there.
 */
export function taskDataOf(plan: Plan, phases: readonly RunPhase[], recipeFolder: string): readonly HubTaskData[] {
  const compared = datasetsRead(plan, phases).flatMap((dataset) => hubEvaluationData(dataset, recipeFolder));
  return [...hubTaskData(evaluationsOf(plan, phases), recipeFolder), ...compared];
}
