import { isTaskFile, type Plan } from '../../../compiler/plan/index.ts';
import { localFiles } from '../../data/sources/local-files.ts';
import { type DescribedTask, describeTask, taskData } from './describe-task.ts';
import type { FetchTaskData, HubTaskData } from './fetch-task-data.ts';
import { type LoadedTask, loadDescribed } from './load-task.ts';
import { taskFiles } from './task-rows.ts';

/** A task of an evaluation of a plan. */
export interface RunTask {
  readonly evaluation: string;
  readonly task: LoadedTask;
}

type Evaluations = Pick<Plan, 'evaluations'>;

/**
 * The tasks of a plan's evaluations with their rows. Throws as `requireRunTasks` does, for rows that cannot be read, and what
 * `fetch` throws.
 */
export async function loadRunTasks(
  plan: Evaluations,
  recipeFolder: string,
  fetch: FetchTaskData,
): Promise<readonly RunTask[]> {
  const tasks: RunTask[] = [];
  for (const { evaluation, task } of describeRunTasks(plan, recipeFolder)) {
    tasks.push({ evaluation, task: await loadDescribed(task, fetch) });
  }
  return tasks;
}

/**
 * Refuses tasks that are not there, are none, are asked for as another kind, or whose local files are not there. A task's file
 * lies in the recipe's folder, links included. Throws DataError.
 */
export function requireRunTasks(plan: Evaluations, recipeFolder: string): void {
  for (const { task } of describeRunTasks(plan, recipeFolder)) {
    for (const data of taskData(task)) if (!('hf' in data)) taskFiles(data, task.base, task.owner);
  }
}

/** What the tasks of a plan read on the hub. Throws DataError as `requireRunTasks` does. */
export function hubTaskData(plan: Evaluations, recipeFolder: string): readonly HubTaskData[] {
  return describeRunTasks(plan, recipeFolder).flatMap(({ task }) => taskData(task).filter((data) => 'hf' in data));
}

function describeRunTasks(
  { evaluations }: Evaluations,
  recipeFolder: string,
): readonly { readonly evaluation: string; readonly task: DescribedTask }[] {
  return evaluations.flatMap((evaluation) =>
    evaluation.tasks.map(({ kind, task, name, shots, formulation }) => {
      if (isTaskFile(task)) localFiles([task], recipeFolder, `task \`${name}\``);
      const changes = { kind, name, shots, ...(formulation === null ? {} : { formulation }) };
      return { evaluation: evaluation.name, task: describeTask(task, recipeFolder, changes) };
    }),
  );
}
