import type { LoadedTask } from '../task/load-task.ts';
import { prepareChoice } from './prepare-choice.ts';
import { prepareGeneration } from './prepare-generation.ts';
import { prepareNeedle } from './prepare-needle.ts';
import { preparePassAtK } from './prepare-pass-at-k.ts';
import { preparePerplexity } from './prepare-perplexity.ts';
import type { PreparedTask, TaskOptions, TaskSubject } from './prepared-task.ts';

/** A task in the tokens of a model. Throws DataError for rows or settings that do not fit. */
export async function prepareTask(task: LoadedTask, subject: TaskSubject, options: TaskOptions): Promise<PreparedTask> {
  const { definition } = task;
  switch (definition.kind) {
    case 'cloze':
    case 'choice':
      return prepareChoice({ ...task, definition }, subject, options);
    case 'generate':
      return prepareGeneration({ ...task, definition }, subject, options);
    case 'perplexity':
      return preparePerplexity({ ...task, definition }, subject, options);
    case 'needle':
      return prepareNeedle({ ...task, definition }, subject, options);
    case 'pass_at_k':
      return preparePassAtK({ ...task, definition });
  }
}
