import { createHash } from 'node:crypto';
import { isTaskFile, type PlanDataset, type PlanStep, stepText } from '../../../compiler/plan/index.ts';
import { type DescribedTask, describeTask, taskData } from '../../evaluate/task/describe-task.ts';
import { type FetchTaskData, type HubTaskData, taskDataFetcher } from '../../evaluate/task/fetch-task-data.ts';
import { loadDescribed } from '../../evaluate/task/load-task.ts';
import { fillTemplate, rowValue } from '../../evaluate/task/row-value.ts';
import { taskFiles } from '../../evaluate/task/task-rows.ts';
import { DataError } from '../data-error.ts';
import type { DataScope } from '../data-scope.ts';
import { localFiles } from '../sources/local-files.ts';
import { datasetNamed } from './derivation.ts';
import type { DerivationStep } from './derivation-step.ts';
import { createNgramOverlap, type NgramOverlap } from './ngram-overlap.ts';
import { wordsOf } from './words.ts';

type Decontaminate = PlanStep & { readonly kind: 'decontaminate' };

/** What the `decontaminate` steps of a derivation compare rows with. */
export interface EvaluationSets {
  readonly overlapOf: (step: PlanStep) => NgramOverlap;
  /** SHA-256 (hex) of the sets' texts, in the order of the steps: part of a cache's key. */
  readonly hashes: readonly string[];
}

/**
 * Reads the sets that steps compare rows with. `textsOf` gives the texts of a dataset. Throws DataError for a set that no row can
 * share anything with, because all its texts are shorter than the run of words.
 */
export async function readEvaluationSets(
  steps: readonly DerivationStep[],
  scope: DataScope,
  textsOf: (dataset: PlanDataset) => Promise<readonly string[]>,
): Promise<EvaluationSets> {
  const overlaps = new Map<PlanStep, NgramOverlap>();
  const hashes: string[] = [];
  for (const { dataset, work } of steps) {
    if (work.kind !== 'step' || work.step.kind !== 'decontaminate') continue;
    const texts: string[] = [];
    for (const set of work.step.against) {
      const own =
        set.kind === 'dataset'
          ? await textsOf(datasetNamed(set.dataset, scope.plan.datasets))
          : await taskTexts(evaluationTask(set.task, scope.baseDirectory), scope.taskData ?? taskDataFetcher());
      requireRuns(own, work.step, dataset.name, set.kind === 'dataset' ? set.dataset : set.task);
      for (const text of own) texts.push(text);
    }
    overlaps.set(work.step, createNgramOverlap(texts, work.step.n));
    hashes.push(createHash('sha256').update(JSON.stringify(texts)).digest('hex'));
  }
  return { overlapOf: (step) => overlaps.get(step)!, hashes };
}

function requireRuns(texts: readonly string[], step: Decontaminate, dataset: string, set: string): void {
  if (texts.some((text) => wordsOf(text).length >= step.n)) return;
  throw new DataError(
    `dataset \`${dataset}\`: \`${stepText(step)}\` would drop nothing: no text of \`${set}\` has ${step.n} words`,
    'lower `n`, or name a set with longer texts',
  );
}

/** Throws DataError for tasks of `decontaminate` steps that are not there, have no texts, or whose files are not there. */
export function requireEvaluationTasks({ steps }: PlanDataset, recipeFolder: string): void {
  for (const task of tasksOf(steps, recipeFolder)) {
    for (const data of taskData(task)) if (!('hf' in data)) taskFiles(data, task.base, task.owner);
  }
}

/** What the tasks of `decontaminate` steps read on the hub. Throws DataError as `requireEvaluationTasks` does. */
export function hubEvaluationData({ steps }: PlanDataset, recipeFolder: string): readonly HubTaskData[] {
  return tasksOf(steps, recipeFolder).flatMap((task) => taskData(task).filter((data) => 'hf' in data));
}

function tasksOf(steps: readonly PlanStep[], recipeFolder: string): readonly DescribedTask[] {
  const sets = steps.flatMap((step) => (step.kind === 'decontaminate' ? step.against : []));
  return sets.flatMap((set) => (set.kind === 'task' ? [evaluationTask(set.task, recipeFolder)] : []));
}

function evaluationTask(word: string, recipeFolder: string): DescribedTask {
  if (isTaskFile(word)) localFiles([word], recipeFolder, `task \`${word}\``);
  const task = describeTask(word, recipeFolder);
  const { kind } = task.definition;
  if (kind !== 'needle' && kind !== 'pass_at_k') return task;
  throw new DataError(
    `${task.owner} has no texts to compare rows with: it is of kind \`${kind}\``,
    'name a task with questions, or a dataset',
  );
}

/** What a model is shown of each row: its question, without what the task writes around it, or the text that is measured. */
async function taskTexts(task: DescribedTask, fetch: FetchTaskData): Promise<readonly string[]> {
  const { definition, owner, rows } = await loadDescribed(task, fetch);
  if (definition.kind === 'perplexity')
    return rows.map((row) => String(rowValue(definition.column ?? 'text', row, owner)));
  if (!('question' in definition)) throw new Error(`a task of kind ${definition.kind} was not refused`);
  return rows.map((row) => fillTemplate(definition.question, row, owner));
}
