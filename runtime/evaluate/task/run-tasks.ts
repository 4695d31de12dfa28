import { isTaskFile, type Plan } from '../../../compiler/plan/index.ts';
import { localFiles } from '../../data/sources/local-files.ts';
import { type LoadedTask, loadTask } from './load-task.ts';

/** A task of an evaluation of a plan. */
export interface RunTask {
  readonly evaluation: string;
  readonly task: LoadedTask;
}

/**
 * The tasks of a plan's evaluations with their rows. A task's file lies in the recipe's folder, links included. Throws
 * DataError for one that is not there, is no task, or is asked for as another kind.
 */
export function loadRunTasks({ evaluations }: Pick<Plan, 'evaluations'>, recipeFolder: string): readonly RunTask[] {
  return evaluations.flatMap((evaluation) =>
    evaluation.tasks.map(({ kind, task, name, shots, formulation }) => {
      if (isTaskFile(task)) localFiles([task], recipeFolder, `task \`${name}\``);
      const changes = { kind, name, shots, ...(formulation === null ? {} : { formulation }) };
      return { evaluation: evaluation.name, task: loadTask(task, recipeFolder, changes) };
    }),
  );
}
